import Logging
import Redis
import SharedState
import Vault

extension Settings {
    func openVaults(logger: Logger) throws -> VaultStore {
        try VaultStore(
            configuration: VaultConfiguration(
                vaultsPath: self.paths.vaults,
                indexPath: self.paths.index,
                journalMode: self.notes.journalMode,
                limits: VaultLimits(maxNoteBytes: self.notes.maxBytes)
            ),
            logger: logger
        )
    }

    /// The file from which revocations are restored.
    func journal(logger: Logger) -> RevocationJournal {
        RevocationJournal(path: "\(self.paths.data)/revocations", now: Clocks.seconds, logger: logger)
    }

    func backend(_ redis: RedisClient, prefix: String, logger: Logger) -> RedisBackend {
        RedisBackend(
            redis: redis,
            keys: SharedState.Keys(prefix: prefix),
            sessionLimits: self.limits.sessions,
            rateLimits: self.limits.rates,
            journal: self.journal(logger: logger)
        )
    }

    /// Lends the shared state in Redis to a command.
    ///
    /// - Throws: ``SettingsError`` without REDIS_URL: no other process can reach a worker's memory.
    func withBackend<Value: Sendable>(
        logger: Logger,
        _ body: @Sendable (RedisBackend) async throws -> Value
    ) async throws -> Value {
        guard let settings = self.redis else {
            throw SettingsError(
                problems: ["REDIS_URL is not set: sessions and revocations are in the worker's memory."]
            )
        }
        let redis = RedisClient(configuration: settings.configuration, logger: logger)
        let backend = self.backend(redis, prefix: settings.prefix, logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await redis.run() }
            defer { group.cancelAll() }
            return try await body(backend)
        }
    }
}
