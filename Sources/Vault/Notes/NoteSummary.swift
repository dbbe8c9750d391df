public import Foundation

/// A note as a list shows it.
public struct NoteSummary: Sendable, Hashable {
    /// The path within the vault.
    public let path: String
    /// The title.
    public let title: String
    /// When the note was last changed.
    public let lastModified: Date
    /// ``lastModified`` in ISO 8601, UTC.
    public let lastModifiedText: String
    /// The revision.
    public let revision: String
    /// The bytes of the note's file, frontmatter included.
    public let sizeBytes: Int
    /// The tags, sorted.
    public let tags: [String]

    /// Makes a summary.
    public init(
        path: String,
        title: String,
        lastModified: Date,
        lastModifiedText: String,
        revision: String,
        sizeBytes: Int,
        tags: [String]
    ) {
        self.path = path
        self.title = title
        self.lastModified = lastModified
        self.lastModifiedText = lastModifiedText
        self.revision = revision
        self.sizeBytes = sizeBytes
        self.tags = tags
    }
}
