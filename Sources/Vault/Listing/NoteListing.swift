internal import Encodings

/// Lists notes, page by page.
struct NoteListing {
    private let query: NoteQuery
    private let folder: FolderPath?
    private let tag: String?
    private let start: ListCursor?

    /// - Throws: ``VaultError`` where an argument breaks a rule.
    init(_ query: NoteQuery) throws {
        try PageQuery.check(limit: query.limit)
        self.query = query
        self.folder = try query.folder.map { try FolderPath($0) }
        self.tag = try query.tag.map { try TagFilter.normalized($0) }
        self.start = try query.cursor.map { try ListCursor($0, sort: query.sort) }
    }

    func page<Content>(
        _ reader: IndexReader,
        into content: Content,
        _ take: (inout Content, NoteSummary) -> Bool
    ) throws -> Page<Content> {
        let statement = try HotStatement(reader.db, self.sql(in: reader.scope))
        self.bind(to: statement, user: reader.user, in: reader.scope)
        var content = content
        var last: NoteSummary?
        var count = 0
        while try statement.next() {
            let note = NoteSummary(statement)
            guard count < self.query.limit, take(&content, note) else {
                return Page(content: content, nextCursor: last.map { ListCursor($0, self.query.sort).text })
            }
            last = note
            count += 1
        }
        return Page(content: content, nextCursor: nil)
    }

    /// One of a few texts, so that the statement is prepared once.
    private func sql(in scope: Scope) -> String {
        if self.folder == nil, self.tag == nil, self.start == nil, self.query.sort == .path, scope.isWhole {
            return """
                SELECT path, title, updated, revision, size, tags FROM notes
                WHERE user_id = ? ORDER BY path_order, path LIMIT ?
                """
        }
        var conditions = "user_id = ?"
        if let folder = self.folder, !folder.text.isEmpty { conditions += " AND \(FolderPath.condition())" }
        if let inScope = scope.positionalCondition { conditions += " AND \(inScope)" }
        if self.tag != nil { conditions += " AND id IN (SELECT note_id FROM note_tags WHERE user_id = ? AND tag = ?)" }
        if self.start != nil { conditions += " AND \(self.query.sort.continuation)" }
        return """
            SELECT path, title, updated, revision, size, tags FROM notes
            WHERE \(conditions) ORDER BY \(self.query.sort.order) LIMIT ?
            """
    }

    private func bind(to statement: borrowing HotStatement, user: UserFolder, in scope: Scope) {
        var binder = Binder()
        binder.bind(user.id, to: statement)
        if let folder = self.folder, !folder.text.isEmpty { folder.bind(to: statement, with: &binder) }
        scope.bind(to: statement, with: &binder)
        if let tag = self.tag {
            binder.bind(user.id, to: statement)
            binder.bind(tag, to: statement)
        }
        self.start?.bind(to: statement, with: &binder)
        binder.bind(self.query.limit + 1, to: statement)
    }
}

extension NoteSort {
    fileprivate var order: String {
        switch self {
        case .path: "path_order, path"
        case .title: "title_order, path"
        case .updated: "updated DESC, path"
        }
    }

    /// The condition that a note comes after a cursor.
    fileprivate var continuation: String {
        switch self {
        case .path: "(path_order, path) > (?, ?)"
        case .title: "(title_order, path) > (?, ?)"
        case .updated: "updated <= ? AND (updated < ? OR path > ?)"
        }
    }
}

extension NoteSummary {
    /// Reads a row with path, title, time, revision, size and tags.
    fileprivate init(_ row: borrowing HotStatement) {
        let updated = row.integer(2)
        let (tags, hasMoreTags) = row.withBytes(5) { Self.tags($0) }
        self.init(
            path: row.text(0),
            title: row.text(1),
            updated: updated,
            lastModified: RFC3339.text(milliseconds: updated),
            revision: row.text(3),
            sizeBytes: row.integer(4),
            tags: tags,
            hasMoreTags: hasMoreTags
        )
    }

    /// As many of the tags as a list shows.
    private static func tags(_ bytes: UnsafeBufferPointer<UInt8>) -> (shown: [String], hasMore: Bool) {
        let end =
            bytes.count <= self.maxTagBytes
            ? bytes.count : bytes[..<self.maxTagBytes].lastIndex(of: 0x0A) ?? 0
        let shown = bytes[..<end].split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
        return (shown, end < bytes.count)
    }
}
