/// Which notes to list.
public struct NoteQuery: Sendable, Hashable {
    /// Only notes in this folder and the folders within it.
    public var folder: String?
    /// Only notes with this tag.
    public var tag: String?
    /// What the notes are ordered by.
    public var sort: NoteSort
    /// How many notes a page has, 1 to 1000.
    public var limit: Int
    /// The ``NotePage/nextCursor`` of the page before.
    public var cursor: String?

    /// Makes a query.
    public init(
        folder: String? = nil,
        tag: String? = nil,
        sort: NoteSort = .path,
        limit: Int = 100,
        after cursor: String? = nil
    ) {
        self.folder = folder
        self.tag = tag
        self.sort = sort
        self.limit = limit
        self.cursor = cursor
    }
}
