/// How much a vault holds.
public struct VaultSize: Sendable, Hashable {
    /// How many notes.
    public let notes: Int
    /// The bytes of all their files.
    public let bytes: Int
}
