internal import GRDB

/// Asks a user's index, as far as a scope goes.
struct IndexReader {
    let db: Database
    let user: UserFolder
    let scope: Scope

    /// The number of the last change that the index has, and the fencing token of its last writer.
    func progress() throws -> (sequence: Int64, token: Int64) {
        let statement = try HotStatement(self.db, "SELECT sequence, token FROM vault WHERE user_id = ?1")
        statement.bind(self.user.id, at: 1)
        guard try statement.next() else { return (0, 0) }
        return (Int64(statement.integer(0)), Int64(statement.integer(1)))
    }

    func noteCount() throws -> Int {
        let statement = try self.statement("SELECT count(*) FROM notes WHERE user_id = ?1\(self.scope.condition)")
        return try statement.next() ? statement.integer(0) : 0
    }

    /// The size of what the scope has; that of the index is the whole vault's.
    func size() throws -> VaultSize {
        let statement = try self.statement(
            self.scope.isWhole
                ? "SELECT notes, bytes FROM vault WHERE user_id = ?1"
                : "SELECT count(*), coalesce(sum(size), 0) FROM notes WHERE user_id = ?1\(self.scope.condition)"
        )
        let (notes, bytes) = try statement.next() ? (statement.integer(0), statement.integer(1)) : (0, 0)
        return VaultSize(notes: notes, bytes: bytes, indexBytes: try self.indexBytes())
    }

    private func indexBytes() throws -> Int {
        let statement = try HotStatement(
            self.db,
            """
            SELECT (page_count - freelist_count) * page_size
            FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()
            """
        )
        return try statement.next() ? statement.integer(0) : 0
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

    /// The revisions of all notes by their paths.
    func revisions() throws -> [String: String] {
        let statement = try self.statement(
            "SELECT path, revision FROM notes WHERE user_id = ?1\(self.scope.condition)"
        )
        var revisions: [String: String] = [:]
        while try statement.next() { revisions[statement.text(0)] = statement.text(1) }
        return revisions
    }

    /// Prepares a statement that takes the user and the scope.
    func statement(_ sql: String) throws -> HotStatement {
        let statement = try HotStatement(self.db, sql)
        statement.bind(self.user.id, at: 1)
        self.scope.bind(to: statement)
        return statement
    }
}
