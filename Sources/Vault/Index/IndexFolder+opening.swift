internal import GRDB

extension IndexFolder {
    /// The state of a user's index file.
    enum State {
        /// It can be used.
        case ready(IndexHandle)
        /// There is none.
        case missing
        /// It is the user's, but its build was interrupted, or it has an older schema or another journal mode.
        case unfinished
        /// It is damaged, or not an index of the user.
        case foreign(reason: String)
        /// It has small pages, and more of them than is good for reads.
        case outgrown
    }

    /// Opens a user's index if it can be used as it is.
    func open(_ user: UserFolder) throws -> State {
        guard try self.hasPlainFilesOnly(user) else { return .foreign(reason: "it is not a plain file") }
        guard let identity = try self.identity(user) else { return .missing }
        do {
            let connection = try self.connect(user)
            let state = try connection.inDatabase { try self.examine($0, user: user) }
            guard case nil = state, try self.identity(user) == identity else {
                try connection.close()
                return state ?? .unfinished
            }
            return .ready(IndexHandle(user, identity: identity, connection: connection))
        } catch let error as DatabaseError where error.isDamage {
            return .foreign(reason: error.damageReason)
        }
    }

    /// Makes an index ready that is missing, unfinished or foreign; to be called under the user's write lock.
    ///
    /// - Parameters:
    ///   - pages: the pages of a new file.
    ///   - fill: puts all notes into the new index, and finishes it.
    func build(
        _ user: UserFolder,
        from state: State,
        _ pages: IndexPages,
        fill: (IndexWriter) throws -> Void
    ) throws -> IndexHandle {
        switch state {
        case .foreign, .outgrown:
            try self.putAside(user)
            if try !self.hasRoom() { try self.removeAside(user) }
        case .ready, .missing, .unfinished: break
        }
        let connection = try self.connect(user)
        do {
            try connection.inDatabase { db in
                try pages.set(db)
                try self.setJournalMode(db)
            }
            try IndexSchema.migrator.migrate(connection)
            let isBuilt = try connection.inDatabase { try Self.owners($0, user: user) == .user }
            if !isBuilt {
                try connection.inTransaction(.immediate) { db in
                    let writer = IndexWriter(db: db, user: user)
                    try fill(writer)
                    return .commit
                }
            }
            guard let identity = try self.identity(user) else {
                throw VaultError(.unavailable, "the index was removed while it was built")
            }
            return IndexHandle(user, identity: identity, connection: connection)
        } catch {
            try connection.close()
            throw error
        }
    }

    private enum Owners {
        case unclaimed, user, other
    }

    /// - Returns: `nil` where the index can be used.
    private func examine(_ db: Database, user: UserFolder) throws -> State? {
        let known = Set(IndexSchema.migrator.migrations)
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
        guard tables > 0 else { return .unfinished }
        guard try db.tableExists("grdb_migrations"), try db.tableExists("vault") else {
            return .foreign(reason: "it has an unknown schema")
        }
        let applied = Set(try IndexSchema.migrator.appliedIdentifiers(db))
        guard applied.isSubset(of: known), try !IndexSchema.migrator.hasBeenSuperseded(db) else {
            return .foreign(reason: "it has the schema of another version")
        }
        switch try Self.owners(db, user: user) {
        case .other: return .foreign(reason: "it belongs to another user")
        case .unclaimed: return .unfinished
        case .user: break
        }
        guard applied == known, try self.hasJournalMode(db) else { return .unfinished }
        try self.setJournalMode(db)
        return nil
    }

    private static func owners(_ db: Database, user: UserFolder) throws -> Owners {
        let counts = try Row.fetchOne(
            db,
            sql: "SELECT count(*) FILTER (WHERE user_id = ?1), count(*) FILTER (WHERE user_id <> ?1) FROM vault",
            arguments: [user.id]
        )
        guard let counts else { return .unclaimed }
        if counts[1] as Int > 0 { return .other }
        return counts[0] as Int > 0 ? .user : .unclaimed
    }
}
