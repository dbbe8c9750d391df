/// The right to write a vault, over all machines.
package struct WriteLease: Sendable, Hashable {
    /// Grows whenever another worker acquires the lease; the name of the holder's ``StageFolder``.
    package let token: Int64
    /// The number of the vault's last published change; `nil` where it is unknown.
    package let sequence: Int64?
    /// Whether this worker was the last holder, and no other since.
    package let isContinued: Bool

    package init(token: Int64, sequence: Int64?, isContinued: Bool) {
        self.token = token
        self.sequence = sequence
        self.isContinued = isContinued
    }
}
