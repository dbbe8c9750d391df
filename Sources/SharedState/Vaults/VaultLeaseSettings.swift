/// How a process holds leases of vaults.
package struct VaultLeaseSettings: Sendable, Hashable {
    /// Names the process among all workers.
    package let holder: String
    /// How long a lease lasts that is not renewed: for so long a machine that has died blocks a vault.
    package let duration: Duration

    package init(holder: String, duration: Duration = .seconds(6)) {
        self.holder = holder
        self.duration = duration
    }
}
