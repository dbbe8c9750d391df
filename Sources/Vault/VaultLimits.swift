/// How large notes and vaults may become.
package struct VaultLimits: Sendable, Hashable {
    /// The bytes of one note's file, frontmatter included.
    package var maxNoteBytes: Int
    /// The notes of a vault.
    package var maxNotes: Int
    /// The bytes of all files of a vault, and of its index.
    package var maxVaultBytes: Int

    package init(maxNoteBytes: Int = 1 << 20, maxNotes: Int = 50_000, maxVaultBytes: Int = 1 << 30) {
        self.maxNoteBytes = maxNoteBytes
        self.maxNotes = maxNotes
        self.maxVaultBytes = maxVaultBytes
    }
}
