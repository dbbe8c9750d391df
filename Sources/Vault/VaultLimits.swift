/// How large notes and vaults may become.
package struct VaultLimits: Sendable, Hashable {
    /// The number of notes in a vault.
    package var maxNotes: Int
    /// The bytes of all notes of a vault.
    package var maxVaultBytes: Int
    /// The bytes of one note's file, frontmatter included.
    package var maxNoteBytes: Int

    package init(maxNotes: Int = 5000, maxVaultBytes: Int = 256 << 20, maxNoteBytes: Int = 1 << 20) {
        self.maxNotes = maxNotes
        self.maxVaultBytes = maxVaultBytes
        self.maxNoteBytes = maxNoteBytes
    }
}
