/// What Redis knows of a vault's changes since a sequence number.
package struct VaultChanges: Sendable {
    package struct Entry: Sendable {
        package let change: VaultChange
        /// How long ago it was published, on Redis' clock.
        package let age: Duration
    }

    /// The number of the last change; `nil` where Redis has none.
    package let sequence: Int64?
    /// The changes that are listed, in their order.
    package let entries: [Entry]
    /// Whether these are all changes since.
    package let isComplete: Bool
    /// How long ago more than single notes has changed, such as by an import; `nil` where it never has.
    package let gapAge: Duration?
}
