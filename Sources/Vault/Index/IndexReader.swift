internal import GRDB

/// What is asked of a user's index.
struct IndexReader {
    let db: Database
    let user: String

    /// A note's place in the index, and how many notes link to it.
    struct Standing {
        let id: Int64
        let backlinks: Int
    }

    func standing(of path: String) throws -> Standing? {
        let statement = try self.db.cachedStatement(
            sql: """
                SELECT id, (
                    SELECT count(DISTINCT source_id) FROM links
                    WHERE user_id = ?1 AND target_id = notes.id AND source_id <> notes.id
                ) FROM notes WHERE user_id = ?1 AND path = ?2
                """
        )
        guard let row = try Row.fetchOne(statement, arguments: [self.user, path]) else { return nil }
        return Standing(id: row[0], backlinks: row[1])
    }

    /// The paths that a note's links lead to, by what they name.
    func linkedPaths(from note: Int64) throws -> [String: String] {
        let statement = try self.db.cachedStatement(
            sql: """
                SELECT links.target, notes.path FROM links
                JOIN notes ON notes.id = links.target_id AND notes.user_id = ?1
                WHERE links.user_id = ?1 AND links.source_id = ?2
                """
        )
        var paths: [String: String] = [:]
        let rows = try Row.fetchCursor(statement, arguments: [self.user, note])
        while let row = try rows.next() { paths[row[0]] = row[1] }
        return paths
    }

    func backlinks(to note: Int64) throws -> [Backlink] {
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
        let statement = try self.db.cachedStatement(
            sql: """
                SELECT tag, count(*) FROM note_tags WHERE user_id = ?1
                GROUP BY tag ORDER BY count(*) DESC, tag
                """
        )
        return try Row.fetchAll(statement, arguments: [self.user]).map { TagCount(tag: $0[0], count: $0[1]) }
    }

    func noteCount() throws -> Int {
        let statement = try self.db.cachedStatement(sql: "SELECT count(*) FROM notes WHERE user_id = ?1")
        return try Int.fetchOne(statement, arguments: [self.user]) ?? 0
    }

    func paths() throws -> [String] {
        let statement = try self.db.cachedStatement(sql: "SELECT path FROM notes WHERE user_id = ?1 ORDER BY path")
        return try String.fetchAll(statement, arguments: [self.user])
    }
}
