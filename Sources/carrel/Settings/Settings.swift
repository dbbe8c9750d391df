import HTTPServer
import Identity
import Logging
import Redis
import SharedState
import Vault

/// Everything that can be set, read once at start and handed down as plain values.
struct Settings: Sendable {
    /// For whom this server is.
    enum Mode: String, Sendable {
        /// One worker for one machine.
        case local
        /// Many users, any number of workers.
        case space
    }

    let mode: Mode
    let secret: String?
    let previousSecret: String?
    let tokenLifetime: Duration
    let vaultsPath: String
    let indexPath: String
    let host: String
    let port: Int
    let publicURL: PublicURL
    let redis: RedisConfiguration?
    let redisPrefix: String
    let sessionLimits: SessionLimits
    let rateLimits: RateLimits
    let failureLimit: RateLimit
    let trustedProxies: TrustedProxies
    let logLevel: Logger.Level
    let logFormat: String
    let metricsHost: String
    let metricsPort: Int?
    let allowedHosts: [String]
    let allowedOrigins: [String]
    let maxNoteBytes: Int
    let journalMode: JournalMode
    let drainDelay: Duration
    let signIn: SignInSettings
    let requestTimeout: Duration
    let maxConnections: Int

    /// Every setting with its value and where it comes from.
    let values: [SettingValue]

    /// The folder that holds the vaults, the indexes and a local secret.
    var dataPath: String {
        let parts = self.vaultsPath.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let path = parts.joined(separator: "/")
        return path.isEmpty ? (self.vaultsPath.hasPrefix("/") ? "/" : ".") : path
    }
}
