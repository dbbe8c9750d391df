internal import Files
internal import GRDB
internal import Logging

extension VaultStore {
    /// Work on a user's folder under its write lock; with a turn where machines share the volume.
    typealias HeldWork<Value> = @Sendable (consuming VaultFolder, WriteTurn?) throws -> Value

    private enum Attempt<Value: Sendable>: Sendable {
        case done(Value)
        case locked
    }

    /// Runs a write to a user's vault under its write lock, with the index repaired.
    func writing<Value: Sendable>(
        _ user: UserFolder,
        _ body: @escaping @Sendable (borrowing NoteWriter) throws -> Value
    ) async throws -> Value {
        let entry = try self.entries.begin(user)
        defer { self.end(entry) }
        return try await self.timing(entry) { call in
            let value = try await self.writing(entry) { writer in
                try call.begin()
                return try body(writer)
            }
            await self.recordSize(entry)
            return value
        }
    }

    func writing<Value: Sendable>(
        _ entry: VaultEntry,
        _ body: @escaping @Sendable (borrowing NoteWriter) throws -> Value
    ) async throws -> Value {
        try await self.holding(entry) { vault, turn in
            let privateFolder = try vault.openOrCreatePrivateFolder()
            let stage = try StageFolder.open(turn, in: privateFolder, vault.look)
            let context = WriteContext(
                limits: self.configuration.limits,
                now: self.milliseconds,
                logger: self.logger,
                stop: self.hooks.reached
            )
            try context.reached(.locked)
            let intents = try IntentFolder(in: privateFolder)
            let reserve = Reserve(in: privateFolder, of: entry, logger: self.logger)
            let index = try self.readyIndex(entry, vault, intents, stage, reserve, turn)
            return try body(
                NoteWriter(
                    user: entry.user,
                    vault: vault,
                    intents: intents,
                    stage: stage,
                    turn: turn,
                    published: self.published(entry),
                    index: index,
                    context: context
                )
            )
        }
    }

    /// Runs work on a user's folder under its write lock; the index is not opened.
    func holding<Value: Sendable>(
        _ user: UserFolder,
        _ body: @escaping HeldWork<Value>
    ) async throws -> Value {
        let entry = try self.entries.begin(user)
        defer { self.end(entry) }
        return try await self.holding(entry, body)
    }

    private func holding<Value: Sendable>(
        _ entry: VaultEntry,
        _ body: @escaping HeldWork<Value>
    ) async throws -> Value {
        guard let sharing = self.sharing else { return try await self.locking(entry, body) }
        let (value, isPublished) = try await self.queued(entry) { try await self.leasing(entry, sharing, body) }
        if !isPublished { await self.publishLater(entry.user) }
        return value
    }

    /// Runs work when all earlier writes of this worker to the vault have ended.
    private func queued<Value>(_ entry: VaultEntry, _ work: () async throws -> Value) async throws -> Value {
        try await entry.writes.acquire()
        defer { entry.writes.release() }
        return try await work()
    }

    /// Runs work under the kernel's lock, which excludes the other workers of this machine.
    private func locking<Value: Sendable>(
        _ entry: VaultEntry,
        _ body: @escaping HeldWork<Value>
    ) async throws -> Value {
        let clock = ContinuousClock()
        let deadline = clock.now + self.configuration.lockTimeout
        try await entry.writes.acquire()
        defer { entry.writes.release() }
        var lock: LockFile?
        while clock.now < deadline {
            let (attempt, file) = try await self.writeThreads.run { [lock] in try self.attempt(entry, lock, body) }
            if case .done(let value) = attempt { return value }
            lock = file
            // A failed attempt is cheap, and the holder of the lock lets those that wait go first.
            try await clock.sleep(for: .microseconds(Int.random(in: 1000...4000)))
        }
        throw VaultError(.unavailable, "another worker is writing to the vault")
    }

    private func attempt<Value: Sendable>(
        _ entry: VaultEntry,
        _ waiting: LockFile?,
        _ body: HeldWork<Value>
    ) throws -> (Attempt<Value>, LockFile) {
        do {
            let vault = try VaultFolder.openOrCreate(entry.user, in: self.vaults.folder)
            let privateFolder = try vault.root.openOrCreateFolder(VaultFolder.privateName)
            let lock = try waiting ?? LockFile(in: privateFolder)
            if try self.yields(lock, entry) { return (.locked, lock) }
            guard try lock.tryAcquire() else {
                try lock.beginWaiting()
                return (.locked, lock)
            }
            defer { self.release(lock, entry) }
            // Another folder may have taken this one's place meanwhile.
            guard try lock.isCurrent(in: privateFolder) else { return (.locked, try LockFile(in: privateFolder)) }
            return (.done(try body(vault, nil)), lock)
        } catch {
            self.noticeLoss(error)
            throw VaultError(describing: error)
        }
    }

    /// Whether this worker, which has just written, lets another go first that waits for the lock.
    ///
    /// Otherwise the last holder of the lock would always be the quickest to acquire it again.
    private func yields(_ lock: LockFile, _ entry: VaultEntry) throws -> Bool {
        guard let until = entry.writes.yieldingUntil else { return false }
        if ContinuousClock().now < until, try lock.isAwaited() { return true }
        entry.writes.yieldingUntil = nil
        return false
    }

    private func release(_ lock: LockFile, _ entry: VaultEntry) {
        do {
            // Long enough for a worker on a busy machine, short enough for one that has stopped.
            entry.writes.yieldingUntil = try lock.isAwaited() ? ContinuousClock().now + .milliseconds(250) : nil
            try lock.release()
        } catch {
            // Closing the file releases it as well.
            self.logger.warning("Could not unlock a vault", metadata: ["error": "\(error)"])
        }
    }

    /// Opens, builds or rebuilds the index, and repairs what interrupted writes have left behind.
    private func readyIndex(
        _ entry: VaultEntry,
        _ vault: borrowing VaultFolder,
        _ intents: borrowing IntentFolder,
        _ stage: borrowing StageFolder,
        _ reserve: Reserve,
        _ turn: WriteTurn?
    ) throws -> LockedIndex {
        try self.indexes.opened.folder.refresh(self.look)
        if let open = entry.handle, try self.indexes.identity(entry.user) != open.identity {
            entry.discard(open, damage: nil)
        }
        var index = LockedIndex(store: self, entry: entry, turn: turn, reserve: reserve)
        let repair = VaultRepair(
            user: entry.user,
            limits: self.configuration.limits,
            logger: self.logger,
            turn: turn
        )
        do {
            try index.open(vault)
            if let turn { try self.bringUpToDate(index, vault, turn) }
            try repair.run(vault, intents, stage, index: index)
        } catch let error where VaultError.isVolumeFull(error) {
            // Deletes make room, and must not wait for it; the intents stay until the index has some.
            self.logger.warning("An index waits for room on its volume", metadata: ["error": "\(error)"])
            index.lackOfRoom = error
        }
        return index
    }

    /// The open index, opened or built where need be; to be called under the write lock.
    func openHandle(
        _ entry: VaultEntry,
        _ vault: borrowing VaultFolder,
        _ turn: WriteTurn?
    ) throws -> IndexHandle {
        if let handle = entry.handle { return handle }
        let handle = try self.openOrBuild(entry, vault, turn)
        entry.setHandle(handle)
        return handle
    }

    /// Rebuilds an index with larger pages.
    func enlarge(
        _ handle: IndexHandle,
        of entry: VaultEntry,
        _ vault: borrowing VaultFolder,
        _ turn: WriteTurn?
    ) throws {
        entry.discard(handle, damage: nil)
        entry.setHandle(try self.build(entry, vault, turn, from: .outgrown))
    }

    private func openOrBuild(
        _ entry: VaultEntry,
        _ vault: borrowing VaultFolder,
        _ turn: WriteTurn?
    ) throws -> IndexHandle {
        let damage = entry.damage(of: try self.indexes.identity(entry.user))
        let state = try damage.map { IndexFolder.State.foreign(reason: $0) } ?? self.indexes.open(entry.user)
        if case .ready(let handle) = state { return handle }
        do {
            return try self.build(entry, vault, turn, from: state)
        } catch let error as DatabaseError where error.isDamage {
            // What an interrupted build has left behind may be damaged as well; a new file is not.
            guard case .unfinished = state else { throw error }
            return try self.build(entry, vault, turn, from: .foreign(reason: error.damageReason))
        }
    }

    private func build(
        _ entry: VaultEntry,
        _ vault: borrowing VaultFolder,
        _ turn: WriteTurn?,
        from state: IndexFolder.State
    ) throws -> IndexHandle {
        if case .foreign(let reason) = state {
            self.logger.warning("Put an index aside", metadata: ["index.reason": "\(reason)"])
            self.metrics.countRebuild()
        }
        var walk = VaultWalk(limits: self.configuration.limits, logger: self.logger)
        let isSmall = if case .outgrown = state { false } else { try VaultWalk.fits(IndexPages.smallVault, vault.root) }
        let handle = try self.indexes.build(entry.user, from: state, isSmall ? .small : .large) { writer in
            try walk.notes(in: vault) { path, file in
                turn?.noteProgress()
                try writer.build(StoredNote(path: path, file: file))
            }
            try writer.finishBuilding(at: turn?.sequence ?? 0, token: turn?.token ?? StageFolder.localToken)
        }
        if case .foreign = state { entry.noteRebuild() }
        do {
            try self.indexes.removeAside(entry.user)
        } catch {
            // The next rebuild, and the user's removal, remove it.
            self.logger.warning("Left an index that was put aside", metadata: ["error": "\(error)"])
        }
        return handle
    }

    /// Ends a call, and closes the indexes that are open beyond the number allowed.
    func end(_ entry: VaultEntry) {
        let surplus = self.entries.end(entry)
        if !surplus.isEmpty { self.writeThreads.enqueue { self.close(surplus) } }
    }

    func close(_ handles: [IndexHandle]) {
        do {
            for handle in handles { try handle.close() }
        } catch {
            self.logger.warning("Could not close an index", metadata: ["error": "\(error)"])
        }
    }
}
