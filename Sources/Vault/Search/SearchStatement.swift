/// The SQL of a search.
struct SearchStatement {
    let parsed: ParsedQuery
    let updatedAfter: Int?
    let scope: Scope

    /// Whether this is a search for words and nothing else.
    var isCommon: Bool { self.parsed.filterCount == 0 && self.updatedAfter == nil && self.parsed.hasWords }

    /// Where a page begins.
    enum Start {
        case offset(Int)
        /// Behind a note, with its score.
        case behind(Double, path: String)
    }

    /// The page's hits.
    ///
    /// The inner query finds the page's notes; only of these does the outer one fetch the text.
    func text(from start: Start) -> String {
        let page: String
        switch start {
        case .offset: page = "\(self.hits) ORDER BY score DESC, notes.path LIMIT ? OFFSET ?"
        case .behind:
            // LIMIT keeps SQLite from working out the score once more for each comparison.
            page = """
                SELECT * FROM (\(self.hits) LIMIT -1)
                WHERE score < ? OR (score = ? AND path > ?) ORDER BY score DESC, path LIMIT ?
                """
        }
        return """
            SELECT path, title, revision, updated, score, (SELECT body FROM texts WHERE note_id = id AND user_id = ?)
            FROM (\(page))
            """
    }

    /// The score of one note, in the column ``scoreColumn``; no row where the search does not find it.
    var scoreText: String {
        let note = "notes.path = ? AND notes.revision = ?"
        guard self.parsed.hasWords else { return "\(self.hits) AND \(note)" }
        return "\(self.hits) AND \(note) AND search.rowid = (SELECT id FROM notes WHERE user_id = ? AND path = ?)"
    }

    static let scoreColumn: Int32 = 5

    private var hits: String {
        let recency = "CASE WHEN notes.updated >= ? THEN 1.0 WHEN notes.updated >= ? THEN 0.5 ELSE 0.0 END"
        let score = self.parsed.hasWords ? "\(recency) - bm25(search, 3.0, 2.0, 2.0, 1.0)" : recency
        // CROSS JOIN keeps SQLite from trying the notes first.
        let source = self.parsed.hasWords ? "search CROSS JOIN notes ON notes.id = search.rowid" : "notes"
        return """
            SELECT notes.id, notes.path, notes.title, notes.revision, notes.updated, \(score) AS score
            FROM \(source) WHERE \(self.conditions)
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

    func bind(to statement: borrowing HotStatement, _ search: Search, from start: Start, limit: Int) {
        var binder = Binder()
        binder.bind(search.user, to: statement)
        self.bindHits(to: statement, search, &binder)
        switch start {
        case .offset(let offset):
            binder.bind(limit, to: statement)
            binder.bind(offset, to: statement)
        case .behind(let score, let path):
            binder.bind(score, to: statement)
            binder.bind(score, to: statement)
            binder.bind(path, to: statement)
            binder.bind(limit, to: statement)
        }
    }

    func bindScore(to statement: borrowing HotStatement, _ search: Search, of note: SearchCursor.Anchor) {
        var binder = Binder()
        self.bindHits(to: statement, search, &binder)
        binder.bind(note.path, to: statement)
        binder.bind(note.revision, to: statement)
        guard self.parsed.hasWords else { return }
        binder.bind(search.user, to: statement)
        binder.bind(note.path, to: statement)
    }

    /// What a search asks for besides its words and filters.
    struct Search {
        let user: String
        /// The times, in milliseconds since 1970, behind which notes are recent.
        let recency: (week: Int, month: Int)
        let matchingAny: Bool
    }

    private func bindHits(to statement: borrowing HotStatement, _ search: Search, _ binder: inout Binder) {
        binder.bind(search.recency.week, to: statement)
        binder.bind(search.recency.month, to: statement)
        if self.parsed.hasWords {
            binder.bind(self.parsed.expression(matchingAny: search.matchingAny), to: statement)
        }
        binder.bind(search.user, to: statement)
        if !self.parsed.hasWords, !self.parsed.excluded.isEmpty {
            binder.bind(self.parsed.excludedExpression, to: statement)
            binder.bind(search.user, to: statement)
        }
        for tag in self.parsed.tags + self.parsed.withoutTags {
            binder.bind(search.user, to: statement)
            binder.bind(tag, to: statement)
        }
        for folder in self.parsed.folders + self.parsed.withoutFolders {
            folder.bind(to: statement, with: &binder)
        }
        self.scope.bind(to: statement, with: &binder)
        if let updatedAfter = self.updatedAfter { binder.bind(updatedAfter, to: statement) }
    }
}
