internal import GRDB

/// The index of a vault while the vault's write lock is held.
///
/// Work that fails as the index is damaged is repeated, once, on an index rebuilt from the files.
struct LockedIndex {
    let store: VaultStore
    let entry: VaultEntry
    /// The lease under which it is held; `nil` where one machine has the volume.
    let turn: WriteTurn?

    /// Opens the index, or builds it.
    func open(_ vault: borrowing VaultFolder) throws { try self.run(vault) { _ in } }

    func read<Value>(_ vault: borrowing VaultFolder, _ work: (Database) throws -> Value) throws -> Value {
        try self.run(vault) { try $0.inDatabase(work) }
    }

    /// Runs work in a transaction that is on disk when this returns.
    ///
    /// - Throws: ``LeaseLost`` where a later holder of the lease has written the index.
    func write(_ vault: borrowing VaultFolder, _ work: (IndexWriter) throws -> Void) throws {
        try self.run(vault) { connection in
            try connection.inTransaction(.immediate) { db in
                let writer = IndexWriter(db: db, user: self.entry.user)
                try work(writer)
                if let turn = self.turn { try writer.advance(to: turn.sequence, token: turn.token) }
                return .commit
            }
        }
    }

    private func run<Value>(_ vault: borrowing VaultFolder, _ work: (DatabaseQueue) throws -> Value) throws -> Value {
        let handle = try self.store.openHandle(self.entry, vault, self.turn)
        do {
            return try work(try handle.writer(in: self.store.indexes))
        } catch let error as DatabaseError where self.entry.isDamage(error) {
            self.entry.discard(handle, damage: error.damageReason)
        }
        return try work(try self.store.openHandle(self.entry, vault, self.turn).writer(in: self.store.indexes))
    }
}
