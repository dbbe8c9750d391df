/// A note with its text and all that is known of it.
public struct Note: Sendable, Hashable {
    /// The path within the vault.
    public let path: String
    /// The frontmatter's title, else the first heading of level 1, else the file's name.
    public let title: String
    /// The text without frontmatter.
    public let body: String
    /// The frontmatter.
    public let metadata: FrontmatterObject
    /// When the note was last changed, in ISO 8601, UTC.
    public let updated: String
    /// When the note was made, as its frontmatter has it.
    public let created: String?
    /// The first 16 hexadecimal digits of the SHA-256 of the file's bytes.
    public let revision: String
    /// The headings.
    public let outline: [Heading]
    /// The links to other notes, in the order of the text.
    public let links: [NoteLink]
    /// How many notes link to this one.
    public let backlinksCount: Int
    /// The bytes of the note's file, frontmatter included.
    public let sizeBytes: Int
    /// What is wrong with the file, such as frontmatter that is not YAML; `nil` where nothing is.
    public let warning: String?

    /// Makes a note.
    public init(
        path: String,
        title: String,
        body: String,
        metadata: FrontmatterObject,
        updated: String,
        created: String?,
        revision: String,
        outline: [Heading],
        links: [NoteLink],
        backlinksCount: Int,
        sizeBytes: Int,
        warning: String?
    ) {
        self.path = path
        self.title = title
        self.body = body
        self.metadata = metadata
        self.updated = updated
        self.created = created
        self.revision = revision
        self.outline = outline
        self.links = links
        self.backlinksCount = backlinksCount
        self.sizeBytes = sizeBytes
        self.warning = warning
    }
}
