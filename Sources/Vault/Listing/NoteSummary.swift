/// A note as a list shows it.
package struct NoteSummary: Sendable, Hashable {
    /// The path within the vault.
    package let path: String
    package let title: String
    /// When the note was last changed, in milliseconds since 1970.
    package let updated: Int
    /// ``updated`` in RFC 3339, UTC.
    package let lastModified: String
    package let revision: String
    /// The bytes of the note's file, frontmatter included.
    package let sizeBytes: Int
    /// The tags, sorted; of very many the first.
    package let tags: [String]
    /// Whether there are tags that ``tags`` has no room for.
    package let hasMoreTags: Bool

    static let maxTagBytes = 2000
}
