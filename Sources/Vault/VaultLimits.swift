/// How large notes and vaults may become.
public struct VaultLimits: Sendable, Hashable {
    /// The number of notes in a vault.
    public var maxNotes: Int
    /// The bytes of all notes of a vault.
    public var maxVaultBytes: Int
    /// The bytes of one note's file, frontmatter included.
    public var maxNoteBytes: Int

    /// Makes limits.
    public init(maxNotes: Int = 5000, maxVaultBytes: Int = 256 << 20, maxNoteBytes: Int = 1 << 20) {
        self.maxNotes = maxNotes
        self.maxVaultBytes = maxVaultBytes
        self.maxNoteBytes = maxNoteBytes
    }
}
