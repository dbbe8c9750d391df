import Configuration
import Foundation
import HTTPServer
import Identity
import Logging
import Redis
import SharedState
import SystemPackage
import Vault

extension Settings {
    /// Reads the environment and `.env`.
    ///
    /// - Throws: ``SettingsError`` that lists every problem there is.
    static func load() async throws -> Settings {
        let file: EnvironmentVariablesProvider
        do {
            file = try await EnvironmentVariablesProvider(environmentFilePath: ".env", allowMissing: true)
        } catch {
            throw SettingsError(problems: ["The file .env cannot be read: \(error)"])
        }
        var reader = SettingsReader(
            environment: ConfigReader(provider: EnvironmentVariablesProvider()),
            file: ConfigReader(provider: file)
        )
        let settings = Settings(reading: &reader)
        guard reader.problems.isEmpty, let settings else { throw SettingsError(problems: reader.problems) }
        return settings
    }

    /// Reads every setting; `nil` when one could not be understood, with the problems in the reader.
    init?(reading reader: inout SettingsReader) {
        let space = reader.text("SPACE_ID")
        let mode = reader.value("MODE", standard: space.isEmpty ? "local" : "space", expected: "local or space") {
            Mode(rawValue: $0)
        }
        let isSpace = mode == .space
        let secrets = Self.secrets(&reader, isSpace: isSpace)
        let lifetime = Self.duration(&reader, "JWT_TTL", "7d", atLeast: .seconds(1))
        let paths = Self.paths(&reader)
        _ = reader.value("MCP_TRANSPORT", standard: "http", expected: "http") { $0 == "http" ? true : nil }
        let host = reader.text("MCP_HOST", standard: isSpace ? "0.0.0.0" : "127.0.0.1")
        let port = Self.port(&reader, "MCP_PORT", "7860")
        let publicURL = Self.publicURL(&reader, isSpace: isSpace, port: port ?? 7860)
        let redis = Self.redis(&reader, isSpace: isSpace)
        let idle = Self.duration(&reader, "SESSION_IDLE_TIMEOUT", "24h", atLeast: .seconds(1))
        let age = Self.duration(&reader, "SESSION_LIFETIME", "30d", atLeast: .seconds(1))
        let requests = Self.rate(&reader, "RATE_LIMIT", "600/min")
        let writes = Self.rate(&reader, "RATE_LIMIT_WRITES", "120/min")
        let failures = Self.rate(&reader, "AUTH_FAILURE_LIMIT", "60/min")
        let proxies = Self.proxies(&reader)
        let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
        let level = reader.value("LOG_LEVEL", standard: "info", expected: "one of \(levels)") {
            Logger.Level(rawValue: $0.lowercased())
        }
        let standardFormat = isatty(STDOUT_FILENO) == 1 ? "text" : "json"
        let format = reader.value("LOG_FORMAT", standard: standardFormat, expected: "json or text") {
            ["json", "text"].contains($0) ? $0 : nil
        }
        let metricsHost = reader.text("METRICS_HOST", standard: "127.0.0.1")
        let metricsPort = Self.metricsPort(&reader, isSpace: isSpace)
        let hosts = reader.list("ALLOWED_HOSTS")
        let origins = reader.list("ALLOWED_ORIGINS")
        let noteBytes = reader.value("MAX_NOTE_SIZE", standard: "1MiB", expected: "a size such as 1MiB, at most 1MiB") {
            Quantities.bytes($0).flatMap { (1...(1 << 20)).contains($0) ? $0 : nil }
        }
        let journal = reader.value("JOURNAL_MODE", standard: "auto", expected: "auto, wal or rollback") {
            ["auto": JournalMode.automatic, "wal": .wal, "rollback": .rollback][$0]
        }
        let signIn = Self.signIn(&reader)
        let patience = Self.duration(&reader, "REQUEST_TIMEOUT", "60s", atLeast: .milliseconds(1))
        let connections = reader.value("MAX_CONNECTIONS", standard: "10000", expected: "a number from 1 on") {
            Int($0).flatMap { $0 > 0 ? $0 : nil }
        }
        let drain = Self.duration(&reader, "DRAIN_DELAY", isSpace ? "5s" : "0", atLeast: .zero)

        guard reader.problems.isEmpty, let mode, let lifetime, let port, let publicURL, let idle, let age,
            let requests, let writes, let failures, let proxies, let level, let format, let metricsPort, let noteBytes,
            let journal, let drain, let signIn, let patience, let connections
        else { return nil }
        self.init(
            mode: mode,
            secret: secrets.current,
            previousSecret: secrets.previous,
            tokenLifetime: lifetime,
            vaultsPath: paths.vaults,
            indexPath: paths.index,
            host: host,
            port: port,
            publicURL: publicURL,
            redis: redis.configuration,
            redisPrefix: redis.prefix,
            sessionLimits: SessionLimits(idleTimeout: idle, lifetime: age),
            rateLimits: RateLimits(requests: requests, writes: writes),
            failureLimit: failures,
            trustedProxies: proxies,
            logLevel: level,
            logFormat: format,
            metricsHost: metricsHost,
            metricsPort: metricsPort,
            allowedHosts: hosts,
            allowedOrigins: origins,
            maxNoteBytes: noteBytes,
            journalMode: journal,
            drainDelay: drain,
            signIn: signIn,
            requestTimeout: patience,
            maxConnections: connections,
            values: reader.values
        )
    }
}
