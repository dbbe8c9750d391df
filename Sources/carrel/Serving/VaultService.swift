import ServiceLifecycle
import Vault

/// Closes the indexes when nobody needs them any more.
struct VaultService: Service {
    let vaults: VaultStore

    func run() async throws {
        try await gracefulShutdown()
        await self.vaults.close()
    }
}
