/// How much a vault holds.
package struct VaultSize: Sendable, Hashable {
    /// How many notes.
    package let notes: Int
    /// The bytes of all their files.
    package let bytes: Int
}
