/// Lists the notes that link to a note, last updated first, page by page.
struct BacklinkListing {
    private let limit: Int
    private let start: PageCursor?

    /// - Throws: ``VaultError`` where an argument breaks a rule.
    init(_ query: PageQuery) throws {
        try PageQuery.check(limit: query.limit)
        self.limit = query.limit
        self.start = try query.cursor.map { try PageCursor($0, .backlinks) }
    }

    /// The notes in the scope that link to a note.
    func page<Content>(
        _ reader: IndexReader,
        of note: Int64,
        into content: Content,
        _ take: (inout Content, Backlink) -> Bool
    ) throws -> Page<Content> {
        let isCommon = reader.scope.isWhole && self.start == nil
        let statement = try reader.statement(
            isCommon ? Self.commonSQL : Self.sql(in: reader.scope, continues: self.start != nil)
        )
        statement.bind(Int(note), at: 2)
        var binder = Binder(from: reader.scope.nextParameter)
        binder.bind(self.limit + 1, to: statement)
        if let start = self.start {
            binder.bind(start.number, to: statement)
            binder.bind(start.key, to: statement)
        }
        var content = content
        var last: (updated: Int, path: String)?
        var count = 0
        while try statement.next() {
            let path = statement.text(0)
            let backlink = Backlink(path: path, title: statement.text(1), context: statement.text(2))
            guard count < self.limit, take(&content, backlink) else {
                let cursor = last.map { PageCursor(.backlinks, number: $0.updated, key: $0.path) }
                return Page(content: content, nextCursor: cursor?.text)
            }
            last = (statement.integer(3), path)
            count += 1
        }
        return Page(content: content, nextCursor: nil)
    }

    /// Takes the user, the note, the scope, the limit and the cursor.
    ///
    /// Without INDEXED BY SQLite reads all links of the vault, in the order of GROUP BY.
    private static func sql(in scope: Scope, continues: Bool) -> String {
        let next = scope.nextParameter
        let updated = "notes.updated <= ?\(next + 1)"
        let continuation = " AND \(updated) AND (notes.updated < ?\(next + 1) OR notes.path > ?\(next + 2))"
        return """
            SELECT notes.path, notes.title, links.context, notes.updated, min(links.position)
            FROM links INDEXED BY links_by_target
            JOIN notes ON notes.id = links.source_id AND notes.user_id = ?1
            WHERE links.user_id = ?1 AND links.target_id = ?2 AND links.source_id <> ?2\
            \(scope.condition(onNote: "links.source_id"))\(continues ? continuation : "")
            GROUP BY links.source_id
            ORDER BY notes.updated DESC, notes.path LIMIT ?\(next)
            """
    }

    /// The first page of a whole vault.
    private static let commonSQL = Self.sql(in: .whole, continues: false)
}
