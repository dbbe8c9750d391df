internal import GRDB

/// Asks a user's index, as far as a scope goes.
struct IndexReader {
    let db: Database
    let user: UserFolder
    let scope: Scope

    /// Every tag with the number of notes that have it, most used first.
    func tags() throws -> [TagCount] {
        let statement = try self.statement(
            """
            SELECT tag, count(*) FROM note_tags WHERE user_id = ?1\(self.scope.condition(onNotes: "note_id"))
            GROUP BY tag ORDER BY count(*) DESC, tag
            """
        )
        var tags: [TagCount] = []
        while try statement.next() { tags.append(TagCount(tag: statement.text(0), count: statement.integer(1))) }
        return tags
    }

    func noteCount() throws -> Int {
        let statement = try self.statement("SELECT count(*) FROM notes WHERE user_id = ?1\(self.scope.condition)")
        return try statement.next() ? statement.integer(0) : 0
    }

    func size() throws -> VaultSize {
        let statement = try self.statement(
            "SELECT count(*), coalesce(sum(size), 0) FROM notes WHERE user_id = ?1\(self.scope.condition)"
        )
        guard try statement.next() else { return VaultSize(notes: 0, bytes: 0) }
        return VaultSize(notes: statement.integer(0), bytes: statement.integer(1))
    }

    /// The paths of all notes, in their order.
    func paths() throws -> [String] {
        let statement = try self.statement(
            "SELECT path FROM notes WHERE user_id = ?1\(self.scope.condition) ORDER BY path"
        )
        var paths: [String] = []
        while try statement.next() { paths.append(statement.text(0)) }
        return paths
    }

    /// Prepares a statement that takes the user and the scope.
    private func statement(_ sql: String) throws -> HotStatement {
        let statement = try HotStatement(self.db, sql)
        statement.bind(self.user.id, at: 1)
        self.scope.bind(to: statement)
        return statement
    }
}
