internal import Files
internal import GRDB
internal import Logging

extension VaultStore {
    /// What a read works with, on a thread that may block.
    struct ReadAccess {
        let store: VaultStore
        let index: IndexReader
        /// `nil` where a look at the volume shows what was published.
        let published: PublishedNotes?
    }

    private enum Reading<Value: Sendable>: Sendable {
        case done(Value)
        case needsOpening
        /// The index is damaged; it is rebuilt when it is opened again.
        case failed(DatabaseError)
    }

    /// Runs a read of a user's vault, and opens the index before if need be.
    ///
    /// - Parameter sequence: the number of the last change that the read must see; `nil` for that of the last one.
    func reading<Value: Sendable>(
        _ user: UserFolder,
        in scope: Scope,
        since sequence: Int64?,
        for operation: VaultMetrics.Operation,
        _ body: @escaping @Sendable (ReadAccess) throws -> Value
    ) async throws -> Value {
        guard !self.isDrained else { throw VaultError.draining }
        let entry = try self.entries.begin(user)
        defer { self.end(entry) }
        let cost = self.configuration.cost(of: operation)
        guard let sharing = self.sharing else { return try await self.reading(entry, in: scope, cost, body) }
        let deadline = ContinuousClock.now + Self.patience
        var sequence = sequence
        while true {
            do {
                if !entry.hasApplied(sequence) {
                    try await self.timing(entry) { [sequence] _ in
                        try await self.catchUp(entry, sharing, to: sequence)
                    }
                }
                return try await self.reading(entry, in: scope, cost, body)
            } catch let error as VaultError where error.cause is StaleNote {
                guard ContinuousClock.now < deadline else {
                    self.takeOverLater(entry)
                    throw error
                }
                sequence = nil
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    func reading<Value: Sendable>(
        _ entry: VaultEntry,
        in scope: Scope,
        _ cost: ReadCost,
        _ body: @escaping @Sendable (ReadAccess) throws -> Value
    ) async throws -> Value {
        var damage: DatabaseError?
        var deadline = ContinuousClock.now + self.configuration.readTimeout
        // An index may be removed or damaged again while it is used, but not without end.
        for _ in 0..<3 {
            switch try await self.attempt(entry, in: scope, cost, until: deadline, body) {
            case .done(let value): return value
            case .needsOpening: break
            case .failed(let error):
                guard damage?.resultCode != error.resultCode else { throw error.vaultError }
                damage = error
            }
            try await self.timing(entry) { _ in try await self.openIndex(entry) }
            deadline = ContinuousClock.now + self.configuration.readTimeout
        }
        throw VaultError(.unavailable, "the index does not stay in place")
    }

    private func attempt<Value: Sendable>(
        _ entry: VaultEntry,
        in scope: Scope,
        _ cost: ReadCost,
        until deadline: ContinuousClock.Instant,
        _ body: @escaping @Sendable (ReadAccess) throws -> Value
    ) async throws -> Reading<Value> {
        guard cost.endsWithCaller else { return try await self.enqueue(entry, in: scope, cost, until: deadline, body) }
        let watch = self.configuration.watchCaller()
        if watch?() == true {
            self.metrics.countStopped(.disconnect)
            throw VaultError.callerGone
        }
        let cancellation = ReadCancellation(watch: watch)
        do {
            return try await withTaskCancellationHandler {
                try await self.enqueue(entry, in: scope, cost, until: deadline, cancelledBy: cancellation, body)
            } onCancel: {
                if let call = cancellation.cancel() { self.cancel(call, of: entry) }
            }
        } catch let error as VaultError where error.isInterrupt && watch?() == true {
            throw VaultError.callerGone
        }
    }

    private func enqueue<Value: Sendable>(
        _ entry: VaultEntry,
        in scope: Scope,
        _ cost: ReadCost,
        until deadline: ContinuousClock.Instant,
        cancelledBy cancellation: ReadCancellation? = nil,
        _ body: @escaping @Sendable (ReadAccess) throws -> Value
    ) async throws -> Reading<Value> {
        try await withCheckedThrowingContinuation { continuation in
            let call = TimedRead(continuation, deadline: deadline, watch: cancellation?.watch)
            // Before the read may run: from then on a cancellation finds it.
            if let cancellation, cancellation.begin(call) { return call.cancel() }
            entry.reads.add(call, cost) { slot in
                let isAwaited = call.answer(Result { try self.attempt(entry, slot: slot, in: scope, body) })
                // The caller has gone; the use of the entry was left to this job.
                if !isAwaited { self.end(entry) }
            }
            if let cancellation, cancellation.isCancelled { self.cancel(call, of: entry) }
        }
    }

    private func cancel(_ call: any TimedCall, of entry: VaultEntry) {
        if entry.reads.cancel(call, interrupting: { entry.handle?.interrupt($0) }) { call.cancel() }
    }

    private func attempt<Value: Sendable>(
        _ entry: VaultEntry,
        slot: Int,
        in scope: Scope,
        _ body: (ReadAccess) throws -> Value
    ) throws -> Reading<Value> {
        guard let handle = entry.handle else { return .needsOpening }
        do {
            self.hooks.reading?()
            // The index may be on a volume that is still there.
            _ = try self.vaults
            guard try self.indexes.identity(entry.user) == handle.identity else {
                entry.discard(handle, damage: nil)
                return .needsOpening
            }
            let connection = try handle.reader(slot, in: self.indexes)
            return try connection.inDatabase { db in
                let index = IndexReader(db: db, user: entry.user, scope: scope)
                return .done(
                    try body(
                        ReadAccess(store: self, index: index, published: self.published(entry))
                    )
                )
            }
        } catch let error as DatabaseError where entry.isDamage(error) {
            entry.discard(handle, damage: error.damageReason)
            return .failed(error)
        } catch {
            self.noticeLoss(error)
            // A connection on a lost volume is of no more use.
            if case let error as DatabaseError = error, error.resultCode == .SQLITE_IOERR, !error.isVolumeFull {
                entry.discard(handle, damage: nil)
            }
            throw VaultError(describing: error)
        }
    }

    /// Records the size of a vault in the metrics, at most once a minute.
    func recordSize(_ entry: VaultEntry) async {
        guard entry.isSizeDue(at: .now) else { return }
        do {
            let deadline = ContinuousClock.now + self.configuration.readTimeout
            let cost = self.configuration.cost(of: .size)
            let reading = try await self.attempt(entry, in: .whole, cost, until: deadline) { try $0.index.size() }
            if case .done(let size) = reading { self.metrics.record(size) }
        } catch {
            self.logger.debug("The size of a vault was not recorded", metadata: ["error": "\(error)"])
        }
    }

    /// Opens a user's index; where that takes changes to it, under the write lock.
    private func openIndex(_ entry: VaultEntry) async throws {
        try await entry.writes.acquire()
        var isHeld = true
        defer { if isHeld { entry.writes.release() } }
        if entry.handle != nil { return }
        let isReady = try await self.writeThreads.run { try self.openReadyIndex(entry) }
        if isReady { return }
        isHeld = false
        entry.writes.release()
        try await self.writing(entry) { try $0.openIndex() }
    }

    /// Opens an index that can be used as it is, and whose vault has nothing to repair.
    private func openReadyIndex(_ entry: VaultEntry) throws -> Bool {
        do {
            guard entry.damage(of: try self.indexes.identity(entry.user)) == nil,
                let vault = try VaultFolder.open(entry.user, in: self.vaults.folder),
                let privateFolder = try vault.root.folder(VaultFolder.privateName, for: .traversing),
                try IntentFolder.isEmpty(in: privateFolder),
                case .ready(let handle) = try self.indexes.open(entry.user)
            else { return false }
            entry.setHandle(handle)
            return true
        } catch let error where VaultError.isVolumeLost(error) {
            self.noticeLoss(error)
            throw error
        } catch let error where VaultError.isVolumeFull(error) {
            // Under the write lock there is the reserve.
            return false
        }
    }
}

extension VaultStore.ReadAccess {
    /// A note, from memory if its file has not changed.
    func note(_ path: NotePath) throws -> StoredNote {
        guard let sharing = self.store.sharing else {
            guard let note = try self.note(path, .cached) else { throw try PathSuggestions(self.index).notFound(path) }
            return note
        }
        for look in [FreshLook.cached, sharing.look, sharing.look] {
            do {
                // Where there seems to be no note, what the kernel remembers of the folders is forgotten first.
                guard let note = try self.note(path, look) else { continue }
                let isThere = try self.published?.isThere(path, (note.revision, note.updated)) ?? true
                if isThere { return note }
                break
            } catch let error as FilesError where error.isStale {
                continue
            }
        }
        _ = try self.published?.isThere(path, nil)
        throw try PathSuggestions(self.index).notFound(path)
    }

    private func note(_ path: NotePath, _ look: FreshLook) throws -> StoredNote? {
        let user = self.index.user
        guard let file = try VaultFolder.openNote(path, of: user, in: self.store.vaults.folder, look) else {
            return nil
        }
        let key = NoteCache.Key(user: user, path: path)
        let status = try file.status()
        if let note = self.store.cache.note(key, stamp: FileStamp(status)) { return note }
        let content = try NoteFile.read(file, limit: self.store.configuration.limits.maxNoteBytes)
        let note = StoredNote(path: path, file: content)
        if content.stamp.isSettled { self.store.cache.insert(note, key, stamp: content.stamp) }
        return note
    }
}
