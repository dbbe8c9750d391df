/// A note that a search found.
package struct SearchHit: Sendable, Hashable {
    package let title: String
    /// The path within the vault.
    package let path: String
    /// About 32 words around the first hit, each hit between `<mark>` and `</mark>`.
    package let snippet: String
    /// How well the note fits; higher is better.
    package let score: Double
    /// When the note was last changed, in ISO 8601, UTC.
    package let updated: String
    package let revision: String
}
