package import Encodings

/// A note to be written.
package struct NoteDraft: Sendable, Hashable {
    /// The path within the vault.
    package var path: String
    /// The whole text.
    ///
    /// Where it starts with a `---` block and there is neither ``title`` nor ``metadata``, the block is frontmatter.
    package var body: String
    /// The title to set in the frontmatter; wins over a title in ``metadata``.
    package var title: String?
    /// The frontmatter to set; keys it does not name stay as they are.
    package var metadata: JSONObject?
    /// What must be true of the note that is replaced; without it the last write wins.
    package var ifMatch: RevisionCondition?

    package init(
        path: String,
        body: String,
        title: String? = nil,
        metadata: JSONObject? = nil,
        ifMatch: RevisionCondition? = nil
    ) {
        self.path = path
        self.body = body
        self.title = title
        self.metadata = metadata
        self.ifMatch = ifMatch
    }
}
