internal import GRDB

/// What is asked of a user's index.
struct IndexReader {
    let db: Database
    let user: String
    /// The folders that the vault is held to; what is outside of them is not looked at.
    let restriction: FolderRestriction?

    /// What the index knows of a note's links.
    struct LinkSummary {
        let id: Int64
        /// How many notes link to it.
        let backlinks: Int
        /// The paths that its links lead to, by what they name.
        let linkedPaths: [String: String]

        /// Reads a row with id, number of backlinks, and targets and paths joined as a text.
        init(_ row: borrowing HotStatement) {
            self.id = Int64(row.integer(0))
            self.backlinks = row.integer(1)
            self.linkedPaths = row.withBytes(2) { Self.pairs($0) }
        }

        private static func pairs(_ bytes: UnsafeBufferPointer<UInt8>) -> [String: String] {
            guard !bytes.isEmpty else { return [:] }
            var pairs: [String: String] = [:]
            for pair in bytes.split(separator: 30) {
                guard let middle = pair.firstIndex(of: 31) else { continue }
                let target = String(decoding: pair[..<middle], as: UTF8.self)
                pairs[target] = String(decoding: pair[(middle + 1)...], as: UTF8.self)
            }
            return pairs
        }
    }

    /// One statement, and so one look at the index: links and those that link here are of the same moment.
    func linkSummary(of path: NotePath) throws -> LinkSummary? {
        if let restriction = self.restriction { return try self.linkSummary(of: path, within: restriction) }
        let statement = try HotStatement(self.db, Self.linkSummarySQL)
        statement.bind(self.user, at: 1)
        statement.bind(path.text, at: 2)
        return try statement.next() ? LinkSummary(statement) : nil
    }

    // Control characters part targets from paths: no path has any, and a target that has leads nowhere.
    private static let linkSummarySQL = """
        SELECT id, (
            SELECT count(DISTINCT source_id) FROM links
            WHERE user_id = ?1 AND target_id = notes.id AND source_id <> notes.id
        ), (
            SELECT group_concat(links.target || char(31) || linked.path, char(30)) FROM links
            JOIN notes AS linked ON linked.id = links.target_id AND linked.user_id = ?1
            WHERE links.user_id = ?1 AND links.source_id = notes.id
        ) FROM notes WHERE user_id = ?1 AND path = ?2
        """

    func backlinks(to note: Int64) throws -> [Backlink] {
        if let restriction = self.restriction { return try self.backlinks(to: note, within: restriction) }
        let statement = try self.db.cachedStatement(
            sql: """
                SELECT notes.path, notes.title, links.context, min(links.position) FROM links
                JOIN notes ON notes.id = links.source_id AND notes.user_id = ?1
                WHERE links.user_id = ?1 AND links.target_id = ?2 AND links.source_id <> ?2
                GROUP BY links.source_id
                ORDER BY notes.updated DESC, notes.path
                """
        )
        return try Row.fetchAll(statement, arguments: [self.user, note]).map {
            Backlink(path: $0[0], title: $0[1], context: $0[2])
        }
    }

    func tags() throws -> [TagCount] {
        if let restriction = self.restriction { return try self.tags(within: restriction) }
        let statement = try self.db.cachedStatement(
            sql: """
                SELECT tag, count(*) FROM note_tags WHERE user_id = ?1
                GROUP BY tag ORDER BY count(*) DESC, tag
                """
        )
        return try Row.fetchAll(statement, arguments: [self.user]).map { TagCount(tag: $0[0], count: $0[1]) }
    }

    func noteCount() throws -> Int {
        if let restriction = self.restriction { return try self.size(within: restriction).notes }
        let statement = try self.db.cachedStatement(sql: "SELECT count(*) FROM notes WHERE user_id = ?1")
        return try Int.fetchOne(statement, arguments: [self.user]) ?? 0
    }

    func size() throws -> VaultSize {
        if let restriction = self.restriction { return try self.size(within: restriction) }
        let sql = "SELECT count(*), coalesce(sum(size), 0) FROM notes WHERE user_id = ?1"
        let row = try Row.fetchOne(try self.db.cachedStatement(sql: sql), arguments: [self.user])
        return VaultSize(notes: row?[0] ?? 0, bytes: row?[1] ?? 0)
    }

    func paths() throws -> [String] {
        if let restriction = self.restriction { return try self.paths(within: restriction) }
        let statement = try self.db.cachedStatement(sql: "SELECT path FROM notes WHERE user_id = ?1 ORDER BY path")
        return try String.fetchAll(statement, arguments: [self.user])
    }
}
