internal import Foundation
internal import GRDB

/// Searches a user's index.
struct NoteSearch {
    private let parsed: ParsedQuery
    private let limit: Int
    private let updatedAfter: Int?
    private let start: SearchCursor?
    /// In milliseconds since 1970.
    private let now: Int

    static let maxLimit = 100
    private static let day = 86_400_000

    /// Checks a query.
    ///
    /// - Throws: ``VaultError`` where an argument other than the words breaks a rule; no words do.
    init(_ query: SearchQuery, now: Int) throws {
        guard (1...Self.maxLimit).contains(query.limit) else {
            throw VaultError(.validationError, "limit must be between 1 and \(Self.maxLimit)")
        }
        guard query.tags.count <= 20 else { throw VaultError(.validationError, "there may be at most 20 tags") }
        var parsed = QueryParser.parse(query.text)
        if let folder = try query.folder.map({ try FolderPath($0) }), !folder.text.isEmpty {
            parsed.folders.append(folder)
        }
        parsed.tags += query.tags.map { TagName.normalized($0) ?? "" }
        self.parsed = parsed
        self.limit = query.limit
        self.updatedAfter = query.updatedAfter.map { Int(($0.timeIntervalSince1970 * 1000).rounded()) }
        self.start = try query.cursor.map { try SearchCursor($0) }
        self.now = now
    }

    func page(_ reader: IndexReader) throws -> SearchPage {
        guard !self.parsed.isEmpty || self.updatedAfter != nil else { return SearchPage(hits: [], nextCursor: nil) }
        let offset = self.start?.offset ?? 0
        var matchingAny = self.start?.matchingAny ?? false
        var rows = try self.rows(reader, offset: offset, matchingAny: matchingAny)
        if rows.isEmpty, self.start == nil, self.parsed.wanted.count > 1 {
            matchingAny = true
            rows = try self.rows(reader, offset: offset, matchingAny: true)
        }
        var next: SearchCursor?
        if rows.count > self.limit {
            rows.removeLast()
            next = SearchCursor(offset: offset + self.limit, matchingAny: matchingAny)
        }
        let snippets = SnippetMaker(self.parsed.terms)
        let hits = try rows.map { row in
            SearchHit(
                title: row.title,
                path: row.path,
                snippet: try self.snippet(of: row.id, reader, snippets),
                score: row.score,
                updated: Timestamp.text(milliseconds: row.updated),
                revision: row.revision
            )
        }
        return SearchPage(hits: hits, nextCursor: next?.text)
    }

    private struct HitRow {
        let id: Int64
        let path: String
        let title: String
        let revision: String
        let updated: Int
        let score: Double
    }

    private func rows(_ reader: IndexReader, offset: Int, matchingAny: Bool) throws -> [HitRow] {
        let sql = SearchStatement(parsed: self.parsed, updatedAfter: self.updatedAfter)
        // What few searches ask is not kept prepared: there are too many forms of it.
        let statement =
            try sql.isCommon ? reader.db.cachedStatement(sql: sql.text) : reader.db.makeStatement(sql: sql.text)
        var arguments: [any DatabaseValueConvertible] = [self.now - 7 * Self.day, self.now - 30 * Self.day]
        arguments += sql.arguments(user: reader.user, matchingAny: matchingAny)
        arguments += [self.limit + 1, offset] as [any DatabaseValueConvertible]
        var hits: [HitRow] = []
        let rows = try Row.fetchCursor(statement, arguments: StatementArguments(arguments))
        while let row = try rows.next() {
            hits.append(
                HitRow(id: row[0], path: row[1], title: row[2], revision: row[3], updated: row[4], score: row[5])
            )
        }
        return hits
    }

    private func snippet(of note: Int64, _ reader: IndexReader, _ maker: SnippetMaker) throws -> String {
        let statement = try reader.db.cachedStatement(sql: "SELECT body FROM texts WHERE note_id = ? AND user_id = ?")
        let rows = try Row.fetchCursor(statement, arguments: [note, reader.user])
        // The row's bytes are SQLite's own as long as the cursor lives.
        return try withExtendedLifetime(rows) {
            guard let row = try rows.next() else { return "" }
            return try row.withUnsafeData(atIndex: 0) { data in
                guard let data else { return "" }
                return data.withUnsafeBytes { maker.snippet(of: $0.assumingMemoryBound(to: UInt8.self)) }
            }
        }
    }
}
