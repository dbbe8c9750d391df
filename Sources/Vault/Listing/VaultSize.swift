/// How much a vault holds.
package struct VaultSize: Sendable, Hashable {
    /// How many notes.
    package let notes: Int
    /// The bytes of all their files.
    package let bytes: Int
    /// The bytes of the index, without its free pages.
    package let indexBytes: Int
}
