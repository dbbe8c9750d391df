/// Which notes to list.
package struct NoteQuery: Sendable, Hashable {
    /// Only notes in this folder and the folders within it.
    package var folder: String?
    /// Only notes with this tag.
    package var tag: String?
    /// What the notes are ordered by.
    package var sort: NoteSort
    /// How many notes a page has, 1 to 1000.
    package var limit: Int
    /// The ``Page/nextCursor`` of the page before.
    package var cursor: String?

    package init(
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
