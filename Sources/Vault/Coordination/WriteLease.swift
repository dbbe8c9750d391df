/// The right to write a vault, over all machines.
package struct WriteLease: Sendable, Hashable {
    /// Grows whenever another worker acquires the lease; the name of the holder's ``StageFolder``.
    package let token: Int64
    /// The number of the vault's last published change; `nil` where it is unknown.
    package let sequence: Int64?
    /// Whether this worker was the last holder, and no other since.
    package let isContinued: Bool
    /// Whether the last holder was another worker that did not release it, and may still be writing.
    package let isOrphaned: Bool

    package init(token: Int64, sequence: Int64?, isContinued: Bool, isOrphaned: Bool = false) {
        self.token = token
        self.sequence = sequence
        self.isContinued = isContinued
        self.isOrphaned = isOrphaned
    }
}
