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

    /// The notes in the scope that link to a note, last updated first.
    ///
    /// Without INDEXED BY SQLite reads all links of the vault, in the order of GROUP BY.
    func backlinks(to note: Int64) throws -> [Backlink] {
        let statement = try HotStatement(
            self.db,
            """
            SELECT notes.path, notes.title, links.context, min(links.position)
            FROM links INDEXED BY links_by_target
            JOIN notes ON notes.id = links.source_id AND notes.user_id = ?1
            WHERE links.user_id = ?1 AND links.target_id = ?2 AND links.source_id <> ?2\
            \(self.scope.condition(onNote: "links.source_id"))
            GROUP BY links.source_id
            ORDER BY notes.updated DESC, notes.path
            """
        )
        statement.bind(self.user.id, at: 1)
        statement.bind(Int(note), at: 2)
        self.scope.bind(to: statement)
        var backlinks: [Backlink] = []
        while try statement.next() {
            backlinks.append(
                Backlink(path: statement.text(0), title: statement.text(1), context: statement.text(2))
            )
        }
        return backlinks
    }

    /// Joins what a note's file says with what the index knows of its links.
    func note(_ note: StoredNote) throws -> Note {
        guard let links = try self.linkSummary(of: note.path) else { return Note(note) }
        return Note(note, linkedPaths: links.linkedPaths, backlinks: links.backlinks)
    }
}
