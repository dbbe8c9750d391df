/// How large notes may become.
package struct VaultLimits: Sendable, Hashable {
    /// The bytes of one note's file, frontmatter included.
    package var maxNoteBytes: Int

    package init(maxNoteBytes: Int = 1 << 20) {
        self.maxNoteBytes = maxNoteBytes
    }
}
