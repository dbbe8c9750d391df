import HTTPServer
import Logging
import Redis
import SharedState
import Vault

extension Settings {
    /// - Parameter ledger: what orders the writes of several machines, where they share the volume.
    func openVaults(_ ledger: VaultLedger?, logger: Logger) throws -> VaultStore {
        var configuration = VaultConfiguration(
            vaultsPath: self.paths.vaults,
            indexPath: self.paths.index,
            journalMode: self.notes.journalMode,
            limits: self.notes.limits,
            openIndexes: self.notes.openIndexes
        )
        configuration.watchCaller = {
            guard let client = ClientConnection.current else { return nil }
            return { client.hasEnded }
        }
        return try VaultStore(
            configuration: configuration,
            coordinator: ledger.map { RedisVaultCoordinator(ledger: $0) },
            logger: logger
        )
    }

    /// How this process holds leases of vaults; `nil` where one machine has the volume.
    ///
    /// - Parameter id: names the process among all workers.
    /// - Throws: where the folder of the vaults cannot be opened.
    func leases(of id: String) throws -> VaultLeaseSettings? {
        guard self.redis != nil else { return nil }
        switch self.paths.volume {
        case .local: return nil
        case .shared: break
        case .automatic: if try VaultStore.isOnLocalVolume(self.paths.vaults) { return nil }
        }
        return VaultLeaseSettings(holder: id)
    }

    /// The file from which revocations are restored.
    func journal(logger: Logger) -> RevocationJournal {
        RevocationJournal(path: "\(self.paths.data)/revocations", now: Clocks.seconds, logger: logger)
    }

    func backend(
        _ redis: RedisClient,
        prefix: String,
        leases: VaultLeaseSettings? = nil,
        logger: Logger
    ) -> RedisBackend {
        RedisBackend(
            redis: redis,
            keys: SharedState.Keys(prefix: prefix),
            sessionLimits: self.limits.sessions,
            rateLimits: self.limits.rates,
            journal: self.journal(logger: logger),
            leases: leases
        )
    }

    /// Lends the shared state in Redis to a command.
    ///
    /// - Throws: ``SettingsError`` without REDIS_URL: no other process can reach a worker's memory.
    func withBackend<Value: Sendable>(
        leases: VaultLeaseSettings? = nil,
        logger: Logger,
        _ body: @Sendable (RedisBackend) async throws -> Value
    ) async throws -> Value {
        guard let settings = self.redis else {
            throw SettingsError(
                problems: ["REDIS_URL is not set: sessions and revocations are in the worker's memory."]
            )
        }
        let redis = RedisClient(configuration: settings.configuration, logger: logger)
        let backend = self.backend(redis, prefix: settings.prefix, leases: leases, logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await redis.run() }
            defer { group.cancelAll() }
            return try await body(backend)
        }
    }
}
