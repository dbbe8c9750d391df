/// Lists tags, most used first, page by page.
struct TagListing {
    private let limit: Int
    private let start: PageCursor?

    /// - Throws: ``VaultError`` where an argument breaks a rule.
    init(_ query: PageQuery) throws {
        try PageQuery.check(limit: query.limit)
        self.limit = query.limit
        self.start = try query.cursor.map { try PageCursor($0, .tags) }
    }

    func page<Content>(
        _ reader: IndexReader,
        into content: Content,
        _ take: (inout Content, TagCount) -> Bool
    ) throws -> Page<Content> {
        let isCommon = reader.scope.isWhole && self.start == nil
        let statement = try reader.statement(
            isCommon ? Self.commonSQL : Self.sql(in: reader.scope, continues: self.start != nil)
        )
        var binder = Binder(from: reader.scope.nextParameter)
        binder.bind(self.limit + 1, to: statement)
        if let start = self.start {
            binder.bind(start.number, to: statement)
            binder.bind(start.key, to: statement)
        }
        var content = content
        var last: TagCount?
        var count = 0
        while try statement.next() {
            let tag = TagCount(tag: statement.text(0), count: statement.integer(1))
            guard count < self.limit, take(&content, tag) else {
                let cursor = last.map { PageCursor(.tags, number: $0.count, key: $0.tag) }
                return Page(content: content, nextCursor: cursor?.text)
            }
            last = tag
            count += 1
        }
        return Page(content: content, nextCursor: nil)
    }

    /// Takes the user, the scope, the limit and the cursor.
    private static func sql(in scope: Scope, continues: Bool) -> String {
        let next = scope.nextParameter
        let continuation = "HAVING count(*) < ?\(next + 1) OR (count(*) = ?\(next + 1) AND tag > ?\(next + 2))"
        return """
            SELECT tag, count(*) FROM note_tags WHERE user_id = ?1\(scope.condition(onNotes: "note_id"))
            GROUP BY tag \(continues ? continuation : "") ORDER BY count(*) DESC, tag LIMIT ?\(next)
            """
    }

    /// The first page of a whole vault.
    private static let commonSQL = Self.sql(in: .whole, continues: false)
}
