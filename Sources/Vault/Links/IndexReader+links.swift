extension IndexReader {
    /// The links from and to a note, as far as they are in the scope.
    ///
    /// - Returns: `nil` where the index has no such note.
    func linkSummary(of path: NotePath) throws -> LinkSummary? {
        let statement = try HotStatement(
            self.db,
            self.scope.isWhole ? LinkSummary.wholeSQL : LinkSummary.sql(self.scope)
        )
        statement.bind(self.user.id, at: 1)
        statement.bind(path.text, at: 2)
        self.scope.bind(to: statement)
        return try statement.next() ? LinkSummary(statement) : nil
    }

    /// Joins what a note's file says with what the index knows of its links.
    func note(_ note: StoredNote) throws -> Note {
        guard let links = try self.linkSummary(of: note.path) else { return Note(note) }
        return Note(note, linkedPaths: links.linkedPaths, backlinks: links.backlinks)
    }
}
