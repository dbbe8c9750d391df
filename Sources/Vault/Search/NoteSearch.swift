internal import Encodings
internal import Foundation

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

    /// - Throws: ``VaultError`` where an argument other than the words breaks a rule; no words do.
    init(_ query: SearchQuery, now: Int) throws {
        try PageQuery.check(limit: query.limit, atMost: Self.maxLimit)
        guard query.tags.count <= 20 else { throw VaultError(.validationError, "there may be at most 20 tags") }
        var parsed = QueryParser.parse(query.text)
        guard !parsed.hasTooManyWords else { throw Self.tooManyWords }
        if let folder = try query.folder.map({ try FolderPath($0) }), !folder.text.isEmpty {
            parsed.folders.append(folder)
        }
        parsed.tags += try query.tags.map { try TagFilter.normalized($0) }
        self.parsed = parsed
        self.limit = query.limit
        self.updatedAfter = query.updatedAfter.map { Int(($0.timeIntervalSince1970 * 1000).rounded()) }
        self.start = try query.cursor.map { try SearchCursor($0) }
        self.now = now
    }

    private static var tooManyWords: VaultError {
        VaultError(
            .validationError,
            "a query may have at most \(ParsedQuery.maxWords) words, those in phrases included",
            hint: "Search for the few words that matter most, or search several times."
        )
    }

    func page<Content>(
        _ reader: IndexReader,
        into content: Content,
        _ take: (inout Content, SearchHit) -> Bool
    ) throws -> Page<Content> {
        guard !self.parsed.isEmpty || self.updatedAfter != nil else { return Page(content: content, nextCursor: nil) }
        var content = content
        let start = self.start ?? SearchCursor(offset: 0, matchingAny: false, now: self.now)
        let found = try self.read(reader, from: start) { take(&content, $0) }
        guard found.count == 0, self.start == nil, self.parsed.wanted.count > 1 else {
            return Page(content: content, nextCursor: found.next)
        }
        let anyStart = SearchCursor(offset: 0, matchingAny: true, now: self.now)
        let any = try self.read(reader, from: anyStart) { take(&content, $0) }
        return Page(content: content, nextCursor: any.next)
    }

    /// Reads one page.
    ///
    /// - Returns: the number of its hits, and the next page's cursor.
    private func read(
        _ reader: IndexReader,
        from cursor: SearchCursor,
        _ take: (SearchHit) -> Bool
    ) throws -> (count: Int, next: String?) {
        let sql = SearchStatement(parsed: self.parsed, updatedAfter: self.updatedAfter, scope: reader.scope)
        let search = SearchStatement.Search(
            user: reader.user.id,
            recency: (cursor.now - 7 * Self.day, cursor.now - 30 * Self.day),
            matchingAny: cursor.matchingAny
        )
        let start = try self.start(of: cursor, sql, search, reader)
        // Rare forms are not kept prepared: there are too many of them.
        let statement = try HotStatement(reader.db, sql.text(from: start), isKept: sql.isCommon)
        sql.bind(to: statement, search, from: start, limit: self.limit + 1)
        let snippets = SnippetMaker(self.parsed.terms)
        var budget = SnippetBudget()
        var hits: [SearchCursor.Anchor] = []
        while try statement.next() {
            // A statement that is interrupted meanwhile fails with its next row.
            let hit = SearchHit(statement, snippets, &budget)
            guard hits.count < self.limit, take(hit) else { return (hits.count, cursor.advanced(by: hits).text) }
            hits.append(SearchCursor.Anchor(path: hit.path, revision: hit.revision))
        }
        return (hits.count, nil)
    }

    /// Where the page of a cursor begins: behind the last hit that is still the same.
    private func start(
        of cursor: SearchCursor,
        _ sql: SearchStatement,
        _ search: SearchStatement.Search,
        _ reader: IndexReader
    ) throws -> SearchStatement.Start {
        for anchor in cursor.anchors {
            let statement = try HotStatement(reader.db, sql.scoreText, isKept: sql.isCommon)
            sql.bindScore(to: statement, search, of: anchor)
            guard try statement.next() else { continue }
            return .behind(statement.double(SearchStatement.scoreColumn), path: anchor.path)
        }
        return .offset(cursor.offset)
    }
}

extension SearchHit {
    /// Reads a row with path, title, revision, time, score and text.
    fileprivate init(
        _ row: borrowing HotStatement,
        _ snippets: borrowing SnippetMaker,
        _ budget: inout SnippetBudget
    ) {
        self.init(
            title: row.text(1),
            path: row.text(0),
            snippet: row.withBytes(5) { snippets.snippet(of: $0, within: &budget) },
            score: row.double(4),
            updated: RFC3339.text(milliseconds: row.integer(3)),
            revision: row.text(2)
        )
    }
}
