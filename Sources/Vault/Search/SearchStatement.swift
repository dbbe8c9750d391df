/// The SQL of a search.
struct SearchStatement {
    let parsed: ParsedQuery
    let updatedAfter: Int?
    let scope: Scope

    /// Whether this is a search for words and nothing else.
    var isCommon: Bool { self.parsed.filterCount == 0 && self.updatedAfter == nil && self.parsed.hasWords }

    /// Takes the user, then what ``bind(to:user:recency:matchingAny:page:)`` binds.
    ///
    /// The inner query finds the page's notes; only of these does the outer one fetch the text.
    var text: String {
        let recency = "CASE WHEN notes.updated >= ? THEN 1.0 WHEN notes.updated >= ? THEN 0.5 ELSE 0.0 END"
        let score = self.parsed.hasWords ? "\(recency) - bm25(search, 3.0, 2.0, 2.0, 1.0)" : recency
        // CROSS JOIN keeps SQLite from trying the notes first.
        let source = self.parsed.hasWords ? "search CROSS JOIN notes ON notes.id = search.rowid" : "notes"
        return """
            SELECT path, title, revision, updated, score, (SELECT body FROM texts WHERE note_id = id AND user_id = ?)
            FROM (
                SELECT notes.id, notes.path, notes.title, notes.revision, notes.updated, \(score) AS score
                FROM \(source) WHERE \(self.conditions) ORDER BY score DESC, notes.path LIMIT ? OFFSET ?
            )
            """
    }

    private var conditions: String {
        var conditions = self.parsed.hasWords ? ["search MATCH ?", "notes.user_id = ?"] : ["notes.user_id = ?"]
        if !self.parsed.hasWords, !self.parsed.excluded.isEmpty {
            conditions.append("notes.id NOT IN (SELECT rowid FROM search WHERE search MATCH ? AND user_id = ?)")
        }
        let tagged = "(SELECT note_id FROM note_tags WHERE user_id = ? AND tag = ?)"
        conditions += self.parsed.tags.map { _ in "notes.id IN \(tagged)" }
        conditions += self.parsed.withoutTags.map { _ in "notes.id NOT IN \(tagged)" }
        conditions += self.parsed.folders.map { _ in "(\(FolderPath.condition()))" }
        conditions += self.parsed.withoutFolders.map { _ in "NOT (\(FolderPath.condition()))" }
        if let inScope = self.scope.positionalCondition { conditions.append(inScope) }
        if self.updatedAfter != nil { conditions.append("notes.updated > ?") }
        return conditions.joined(separator: " AND ")
    }

    func bind(
        to statement: borrowing HotStatement,
        user: String,
        recency: (week: Int, month: Int),
        matchingAny: Bool,
        page: (limit: Int, offset: Int)
    ) {
        var binder = Binder()
        binder.bind(user, to: statement)
        binder.bind(recency.week, to: statement)
        binder.bind(recency.month, to: statement)
        if self.parsed.hasWords { binder.bind(self.parsed.expression(matchingAny: matchingAny), to: statement) }
        binder.bind(user, to: statement)
        if !self.parsed.hasWords, !self.parsed.excluded.isEmpty {
            binder.bind(self.parsed.excludedExpression, to: statement)
            binder.bind(user, to: statement)
        }
        for tag in self.parsed.tags + self.parsed.withoutTags {
            binder.bind(user, to: statement)
            binder.bind(tag, to: statement)
        }
        for folder in self.parsed.folders + self.parsed.withoutFolders {
            folder.bind(to: statement, with: &binder)
        }
        self.scope.bind(to: statement, with: &binder)
        if let updatedAfter = self.updatedAfter { binder.bind(updatedAfter, to: statement) }
        binder.bind(page.limit, to: statement)
        binder.bind(page.offset, to: statement)
    }
}
