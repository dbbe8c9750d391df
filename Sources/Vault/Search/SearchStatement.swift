internal import GRDB

/// The SQL of a search.
struct SearchStatement {
    let parsed: ParsedQuery
    let updatedAfter: Int?

    /// Whether this is a search for words and nothing else.
    var isCommon: Bool { self.parsed.filterCount == 0 && self.updatedAfter == nil && self.parsed.hasWords }

    /// Takes the two times of recency, ``arguments(user:matchingAny:)``, limit and offset.
    var text: String {
        let recency = "CASE WHEN notes.updated >= ? THEN 1.0 WHEN notes.updated >= ? THEN 0.5 ELSE 0.0 END"
        let score = self.parsed.hasWords ? "\(recency) - bm25(search, 3.0, 2.0, 2.0, 1.0)" : recency
        // CROSS JOIN keeps SQLite from trying the notes first.
        let source = self.parsed.hasWords ? "search CROSS JOIN notes ON notes.id = search.rowid" : "notes"
        return """
            SELECT notes.id, notes.path, notes.title, notes.revision, notes.updated, \(score) AS score
            FROM \(source) WHERE \(self.conditions) ORDER BY score DESC, notes.path LIMIT ? OFFSET ?
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
        conditions += self.parsed.folders.map { _ in "(\(FolderFilter.sql))" }
        conditions += self.parsed.withoutFolders.map { _ in "NOT (\(FolderFilter.sql))" }
        if self.updatedAfter != nil { conditions.append("notes.updated > ?") }
        return conditions.joined(separator: " AND ")
    }

    func arguments(user: String, matchingAny: Bool) -> [any DatabaseValueConvertible] {
        var arguments: [any DatabaseValueConvertible] = []
        if self.parsed.hasWords { arguments.append(self.parsed.expression(matchingAny: matchingAny)) }
        arguments.append(user)
        if !self.parsed.hasWords, !self.parsed.excluded.isEmpty {
            arguments += [self.parsed.excludedExpression, user] as [any DatabaseValueConvertible]
        }
        for tag in self.parsed.tags + self.parsed.withoutTags {
            arguments += [user, tag] as [any DatabaseValueConvertible]
        }
        for folder in self.parsed.folders + self.parsed.withoutFolders { arguments += FolderFilter.arguments(folder) }
        if let updatedAfter = self.updatedAfter { arguments.append(updatedAfter) }
        return arguments
    }
}
