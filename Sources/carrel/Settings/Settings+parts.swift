import HTTPServer
import Identity
import Logging
import Redis
import SharedState
import Vault

extension Settings {
    /// The keys that tokens are signed with.
    struct Keys {
        let current: SigningKey
        let previous: SigningKey?
    }

    /// The keys; in `local` one is made and kept when none is set.
    func keys() throws -> Keys {
        let secret = try self.secret ?? LocalSecret.load(folder: self.dataPath)
        return Keys(
            current: try SigningKey(secret: secret),
            previous: try self.previousSecret.map { try SigningKey(secret: $0) }
        )
    }

    func verifier(_ keys: Keys) throws -> TokenVerifier {
        try TokenVerifier(
            current: keys.current,
            previous: keys.previous,
            audience: self.publicURL.endpoint,
            now: Clocks.seconds
        )
    }

    func issuer(_ keys: Keys) -> TokenIssuer {
        TokenIssuer(
            key: keys.current,
            issuer: "\(self.publicURL)",
            audience: self.publicURL.endpoint,
            now: Clocks.seconds
        )
    }

    func openVaults(logger: Logger) throws -> VaultStore {
        try VaultStore(
            configuration: VaultConfiguration(
                vaultsPath: self.vaultsPath,
                indexPath: self.indexPath,
                journalMode: self.journalMode,
                limits: VaultLimits(maxNoteBytes: self.maxNoteBytes)
            ),
            logger: logger
        )
    }

    /// The file in which revocations outlive Redis and this process.
    func journal(logger: Logger) -> RevocationJournal {
        RevocationJournal(path: "\(self.dataPath)/revocations", now: Clocks.seconds, logger: logger)
    }

    func backend(_ redis: RedisClient, logger: Logger) -> RedisBackend {
        RedisBackend(
            redis: redis,
            keys: SharedState.Keys(prefix: self.redisPrefix),
            sessionLimits: self.sessionLimits,
            rateLimits: self.rateLimits,
            journal: self.journal(logger: logger)
        )
    }

    /// Lends the shared state in Redis to a command.
    ///
    /// - Throws: ``SettingsError`` when the state is in a worker's memory, where no other program can reach it.
    func withBackend<Value: Sendable>(
        logger: Logger,
        _ body: @Sendable (RedisBackend) async throws -> Value
    ) async throws -> Value {
        guard let configuration = self.redis else {
            throw SettingsError(problems: ["REDIS_URL is not set: sessions and revocations are in the worker's memory."]
            )
        }
        let redis = RedisClient(configuration: configuration, logger: logger)
        let backend = self.backend(redis, logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await redis.run() }
            defer { group.cancelAll() }
            return try await body(backend)
        }
    }
}
