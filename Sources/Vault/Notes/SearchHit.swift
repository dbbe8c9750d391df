/// A note that a search found.
public struct SearchHit: Sendable, Hashable {
    /// The title.
    public let title: String
    /// The path within the vault.
    public let path: String
    /// About 32 words around the first hit, each hit between `<mark>` and `</mark>`.
    public let snippet: String
    /// How well the note fits; higher is better.
    public let score: Double
    /// When the note was last changed, in ISO 8601, UTC.
    public let updated: String
    /// The revision.
    public let revision: String

    /// Makes a hit.
    public init(title: String, path: String, snippet: String, score: Double, updated: String, revision: String) {
        self.title = title
        self.path = path
        self.snippet = snippet
        self.score = score
        self.updated = updated
        self.revision = revision
    }
}
