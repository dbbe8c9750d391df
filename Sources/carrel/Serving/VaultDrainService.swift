import ServiceLifecycle
import Vault

/// Ends the reads of vaults that still run some time after SIGTERM.
struct VaultDrainService: Service {
    let vaults: VaultStore
    let patience: Duration

    func run() async throws {
        try await gracefulShutdown()
        self.vaults.drain(within: self.patience)
    }
}
