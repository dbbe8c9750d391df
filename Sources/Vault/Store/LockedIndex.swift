internal import GRDB
internal import Logging

/// The index of a vault while the vault's write lock is held.
///
/// Work that fails as the index is damaged is repeated, once, on an index rebuilt from the files; work that finds no
/// room on the volume again once there is some.
struct LockedIndex {
    let store: VaultStore
    let entry: VaultEntry
    /// The lease under which it is held; `nil` where one machine has the volume.
    let turn: WriteTurn?
    let reserve: Reserve
    /// Why the index could not be opened or repaired: the volume has no room for it; `nil` where it is up to date.
    var lackOfRoom: (any Error)?

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
        self.enlargePages(vault)
        // Once the volume is full, there may be no room to copy the log to, and it would keep its own for good.
        if self.scarceLogSize != nil { _ = self.emptyLog() }
    }

    /// Rebuilds an index whose pages have become too small for it.
    private func enlargePages(_ vault: borrowing VaultFolder) {
        do {
            guard let handle = self.entry.handle, try handle.hasOutgrownPages(in: self.store.indexes),
                try self.store.indexes.hasRoom()
            else { return }
            try self.store.enlarge(handle, of: self.entry, vault, self.turn)
        } catch {
            // The next call opens or builds it; what was written is in the files.
            self.store.logger.warning("An index was not given larger pages", metadata: ["error": "\(error)"])
        }
    }

    private func run<Value>(_ vault: borrowing VaultFolder, _ work: (DatabaseQueue) throws -> Value) throws -> Value {
        // Where machines share the volume, an index of this machine is also written without the lock.
        let logSize = self.turn == nil ? self.scarceLogSize : nil
        var failure: any Error
        do { return try self.attempt(vault, work) } catch let error where VaultError.isVolumeFull(error) {
            failure = error
        }
        for room in [self.emptyLog, self.reserve.release, self.emptyLog] {
            if let logSize { try self.store.indexes.shortenLog(self.entry.user, to: logSize) }
            guard try room() else { continue }
            do { return try self.attempt(vault, work) } catch let error where VaultError.isVolumeFull(error) {
                failure = error
            }
        }
        if let logSize { try self.store.indexes.shortenLog(self.entry.user, to: logSize) }
        throw failure
    }

    private var scarceLogSize: Int? {
        do {
            return try self.store.indexes.scarceLogSize(self.entry.user)
        } catch {
            self.store.logger.debug("The room on a volume is not known", metadata: ["error": "\(error)"])
            return nil
        }
    }

    /// Lets the index write over its log from the beginning.
    ///
    /// - Returns: whether that makes room.
    private func emptyLog() -> Bool {
        guard let handle = self.entry.handle else { return false }
        do {
            // Passive: it waits for no reader.
            return try handle.writer(in: self.store.indexes)
                .inDatabase { try $0.checkpoint(.passive) }.checkpointedFrameCount > 0
        } catch {
            self.store.logger.debug("The log of an index could not be emptied", metadata: ["error": "\(error)"])
            return false
        }
    }

    private func attempt<Value>(
        _ vault: borrowing VaultFolder,
        _ work: (DatabaseQueue) throws -> Value
    ) throws -> Value {
        let handle = try self.store.openHandle(self.entry, vault, self.turn)
        do {
            return try work(try handle.writer(in: self.store.indexes))
        } catch let error as DatabaseError where self.entry.isDamage(error) {
            self.entry.discard(handle, damage: error.damageReason)
        }
        return try work(try self.store.openHandle(self.entry, vault, self.turn).writer(in: self.store.indexes))
    }
}
