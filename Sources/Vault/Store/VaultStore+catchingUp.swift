internal import Files
internal import GRDB
internal import Logging

/// Reads on a volume that several machines share: never of an older state than the caller may know.
extension VaultStore {
    /// For how long the kernel remembers names and attributes of a network file system, by default.
    private static let kernelMemory: Duration = .seconds(120)
    /// How long a look is repeated that does not show what was published.
    static let patience: Duration = .seconds(2)
    /// How many notes are compared with what was published; of the others only the folders are looked at afresh.
    private static let mostCompared = 64

    /// Waits until this worker sees all changes up to a number.
    ///
    /// - Parameter sequence: the number; `nil` for that of the last change.
    /// - Throws: ``VaultError`` with ``VaultError/Code/unavailable`` where it does not within two seconds.
    func catchUp(_ entry: VaultEntry, _ sharing: VolumeSharing, to sequence: Int64?) async throws {
        try await entry.looks.acquire()
        defer { entry.looks.release() }
        if entry.hasApplied(sequence) { return }
        let deadline = ContinuousClock.now + Self.patience
        repeat {
            let isFirst = entry.applied == nil
            let after = isFirst ? 0 : try await self.seen(entry, sharing)
            let changes = try await self.changes(of: entry.user, sharing, after: after)
            self.published(entry)?.add(changes)
            if let last = changes.sequence, last > after || isFirst {
                let isSeen = try await self.take(changes, entry, sharing, from: after, indexing: !isFirst)
                if isSeen { entry.apply(isFirst && sharing.hasOwnIndexes ? try await self.indexed(entry) : last) }
            } else {
                entry.apply(after)
            }
            if let applied = entry.applied, applied >= sequence ?? changes.sequence ?? 0 { return }
            try await Task.sleep(for: .milliseconds(10))
        } while ContinuousClock.now < deadline
        throw VaultError(
            .unavailable,
            "the last changes of the vault are not visible on this worker yet",
            hint: "Try again in a moment.",
            cause: StaleNote()
        )
    }

    /// Looks at what has changed, and puts it into this machine's index.
    ///
    /// - Returns: whether all of it is seen.
    private func take(
        _ changes: NoteChanges,
        _ entry: VaultEntry,
        _ sharing: VolumeSharing,
        from sequence: Int64,
        indexing: Bool
    ) async throws -> Bool {
        let isIndexing = indexing && sharing.hasOwnIndexes
        if isIndexing, !changes.isComplete {
            try await self.updateIndex(entry, sharing, changes)
            return true
        }
        let notes = ChangedNotes(changes, user: entry.user, sharing: sharing, memory: Self.kernelMemory)
        return try await self.writeThreads.run {
            let limit = self.configuration.limits.maxNoteBytes
            guard try notes.isSeen(in: self.vaults.folder, limit: limit, most: Self.mostCompared) else { return false }
            return try !isIndexing || self.index(changes, entry, sharing, from: sequence)
        }
    }

    /// The changes since a number; a coordinator that has lost its numbers gets them back from the volume.
    private func changes(
        of user: UserFolder,
        _ sharing: VolumeSharing,
        after sequence: Int64
    ) async throws -> NoteChanges {
        let changes = try await sharing.coordinator.changes(of: user.id, after: sequence)
        // Lower than what this worker has seen: an older state of the coordinator has come back.
        if let last = changes.sequence, last >= sequence { return changes }
        let known = try await self.writeThreads.run { () -> Int64? in
            guard let vault = try VaultFolder.open(user, in: self.vaults.folder, sharing.look) else { return nil }
            try vault.root.refresh(sharing.look)
            guard let privateFolder = try vault.root.folder(VaultFolder.privateName, for: .traversing) else {
                return nil
            }
            try privateFolder.refresh(sharing.look)
            return try StageFolder.lastSequence(in: privateFolder, sharing.look)
        }
        _ = try await sharing.coordinator.restore(max(known ?? 0, sequence), of: user.id)
        return try await sharing.coordinator.changes(of: user.id, after: sequence)
    }

    // MARK: Indexes of this machine

    /// The number up to which this worker, and this machine's index, have all changes.
    private func seen(_ entry: VaultEntry, _ sharing: VolumeSharing) async throws -> Int64 {
        let applied = entry.applied ?? 0
        return sharing.hasOwnIndexes ? min(applied, try await self.indexed(entry)) : applied
    }

    /// The number of the last change that this machine's index has; the index is opened before if need be.
    private func indexed(_ entry: VaultEntry) async throws -> Int64 {
        try await self.reading(entry, in: .whole, self.configuration.cost(of: .read)) {
            try $0.index.progress().sequence
        }
    }

    /// Brings this machine's index up to date under the write lock, where the list does not have all changes.
    private func updateIndex(_ entry: VaultEntry, _ sharing: VolumeSharing, _ changes: NoteChanges) async throws {
        // File systems in user space show a file's old bytes for up to a second.
        if sharing.look == .names, let age = changes.gapAge, age < .seconds(2) {
            try await Task.sleep(for: .seconds(2) - age)
        }
        try await self.writing(entry) { _ in }
    }

    /// Applies changes to this machine's index before a write of its own.
    func catchUpIndex(_ entry: VaultEntry, _ sharing: VolumeSharing, to turn: WriteTurn) async throws {
        if let notes = self.published(entry), let published = turn.lease.sequence, notes.sequence < published {
            notes.add(try await sharing.coordinator.changes(of: entry.user.id, after: notes.sequence))
        }
        guard let handle = entry.handle, let published = turn.lease.sequence else { return }
        let after = try await self.writeThreads.run { () -> Int64? in
            do {
                return try handle.writer(in: self.indexes).inDatabase { db in
                    try IndexReader(db: db, user: entry.user, scope: .whole).progress().sequence
                }
            } catch let error as DatabaseError where entry.isDamage(error) {
                // It is rebuilt when it is opened again.
                entry.discard(handle, damage: error.damageReason)
                return nil
            }
        }
        guard let after, after < published else { return }
        let changes = try await sharing.coordinator.changes(of: entry.user.id, after: after)
        // Otherwise the index is compared with all files.
        guard changes.isComplete, changes.sequence == published else { return }
        do {
            _ = try await self.writeThreads.run { try self.index(changes, entry, sharing, from: after) }
        } catch let error where VaultError.isVolumeFull(error) {
            // The write finds out whether it needs the index: a delete does not.
            self.logger.debug("An index waits for room on its volume", metadata: ["error": "\(error)"])
        }
    }

    /// Puts changed notes into this machine's index.
    ///
    /// - Returns: whether they are in it; `false` where another call has changed the index meanwhile.
    private func index(
        _ changes: NoteChanges,
        _ entry: VaultEntry,
        _ sharing: VolumeSharing,
        from sequence: Int64
    ) throws -> Bool {
        guard let handle = entry.handle, let last = changes.sequence,
            let vault = try VaultFolder.open(entry.user, in: self.vaults.folder, sharing.look)
        else { return false }
        let paths = try Set(changes.entries.map(\.change.path)).map { try NotePath($0) }
        do {
            return try self.index(paths, handle, entry, vault, from: sequence, to: last)
        } catch let error as DatabaseError where entry.isDamage(error) {
            // It is rebuilt when it is opened again.
            entry.discard(handle, damage: error.damageReason)
            return false
        } catch is StaleNote {
            // Its file is looked at again.
            return false
        }
    }

    private func index(
        _ paths: [NotePath],
        _ handle: IndexHandle,
        _ entry: VaultEntry,
        _ vault: borrowing VaultFolder,
        from sequence: Int64,
        to last: Int64
    ) throws -> Bool {
        var isApplied = false
        try handle.writer(in: self.indexes).inTransaction(.immediate) { db in
            let progress = try IndexReader(db: db, user: entry.user, scope: .whole).progress()
            guard progress.sequence >= sequence else { return .rollback }
            let writer = IndexWriter(db: db, user: entry.user)
            for path in paths {
                let note = try StoredNote.read(path, in: vault, limit: self.configuration.limits.maxNoteBytes)
                let sight = note.map { ($0.revision, $0.updated) }
                let isThere = try self.published(entry)?.isThere(path, sight) ?? true
                if let note, isThere { try writer.put(note) } else { try writer.remove(path) }
            }
            try writer.advance(to: max(last, progress.sequence), token: progress.token)
            isApplied = true
            return .commit
        }
        return isApplied
    }
}
