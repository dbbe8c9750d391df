import ServiceLifecycle
import Vault

/// Closes the indexes on shutdown.
struct VaultService: Service {
    let vaults: VaultStore

    func run() async throws {
        try await gracefulShutdown()
        await self.vaults.close()
    }
}
