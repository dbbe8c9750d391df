/// A note to be written.
public struct NoteDraft: Sendable, Hashable {
    /// The path within the vault.
    public var path: String
    /// The whole text.
    ///
    /// Where it starts with a `---` block and there is neither ``title`` nor ``metadata``, the block is frontmatter.
    public var body: String
    /// The title to set in the frontmatter; wins over a title in ``metadata``.
    public var title: String?
    /// The frontmatter to set; keys it does not name stay as they are.
    public var metadata: FrontmatterObject?
    /// What must be true of the note that is replaced; without it the last write wins.
    public var ifMatch: RevisionCondition?

    /// Makes a draft.
    public init(
        path: String,
        body: String,
        title: String? = nil,
        metadata: FrontmatterObject? = nil,
        ifMatch: RevisionCondition? = nil
    ) {
        self.path = path
        self.body = body
        self.title = title
        self.metadata = metadata
        self.ifMatch = ifMatch
    }
}
