internal import GRDB

extension IndexFolder {
    /// In what state a user's index was found.
    enum State {
        /// It can be used.
        case ready(IndexHandle)
        /// There is none.
        case missing
        /// It is the user's, but was not built to its end, or by an older version, or with another journal.
        case unfinished
        /// It is something else.
        case foreign(reason: String)
    }

    /// Opens a user's index if it can be used as it is.
    func open(_ user: String, _ folder: UserFolder) throws -> State {
        guard try self.hasPlainFilesOnly(folder) else { return .foreign(reason: "it is not a plain file") }
        guard let identity = try self.identity(folder) else { return .missing }
        do {
            let connection = try self.connect(folder)
            let state = try connection.inDatabase { try self.examine($0, user: user) }
            guard case nil = state, try self.identity(folder) == identity else {
                try connection.close()
                return state ?? .unfinished
            }
            return .ready(IndexHandle(folder, identity: identity, connection: connection))
        } catch let error as DatabaseError where error.isDamage {
            return .foreign(reason: "it is damaged")
        }
    }

    /// Makes an index ready that is missing, unfinished or foreign; to be called under the user's write lock.
    ///
    /// - Parameter fill: puts all notes into the new index.
    func build(
        _ user: String,
        _ folder: UserFolder,
        from state: State,
        fill: (IndexWriter) throws -> Void
    ) throws -> IndexHandle {
        if case .foreign = state { try self.putAside(folder) }
        let connection = try self.connect(folder)
        do {
            try connection.inDatabase { try self.setJournalMode($0) }
            try IndexSchema.migrator.migrate(connection)
            let isBuilt = try connection.inDatabase { try Self.owners($0, user: user) == .isUser }
            if !isBuilt {
                try connection.inTransaction(.immediate) { db in
                    let writer = IndexWriter(db: db, user: user)
                    try fill(writer)
                    try writer.finishBuilding()
                    return .commit
                }
            }
            guard let identity = try self.identity(folder) else {
                throw VaultError(.unavailable, "the index was removed while it was built")
            }
            return IndexHandle(folder, identity: identity, connection: connection)
        } catch {
            try connection.close()
            throw error
        }
    }

    private enum Owners {
        case nobody, isUser, other
    }

    /// - Returns: `nil` where the index can be used.
    private func examine(_ db: Database, user: String) throws -> State? {
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
        case .nobody: return .unfinished
        case .isUser: break
        }
        guard applied == known, try self.hasJournalMode(db) else { return .unfinished }
        try self.setJournalMode(db)
        return nil
    }

    private static func owners(_ db: Database, user: String) throws -> Owners {
        let counts = try Row.fetchOne(
            db,
            sql: "SELECT count(*) FILTER (WHERE user_id = ?1), count(*) FILTER (WHERE user_id <> ?1) FROM vault",
            arguments: [user]
        )
        guard let counts else { return .nobody }
        if counts[1] as Int > 0 { return .other }
        return counts[0] as Int > 0 ? .isUser : .nobody
    }
}

extension DatabaseError {
    /// Whether the file is no database, or one that is spoilt.
    var isDamage: Bool { self.resultCode == .SQLITE_CORRUPT || self.resultCode == .SQLITE_NOTADB }

    /// The error as callers are told of it.
    var vaultError: VaultError {
        switch self.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_INTERRUPT, .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_READONLY,
            .SQLITE_CANTOPEN, .SQLITE_NOMEM, .SQLITE_PROTOCOL:
            VaultError(.unavailable, "the index does not answer as it should", cause: self)
        default: VaultError(.internalError, "the index could not be used", cause: self)
        }
    }
}
