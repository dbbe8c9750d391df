internal import Encodings
internal import Files
internal import Glibc
internal import Logging
internal import NoteFormat

/// Changes the notes of one vault, under its write lock.
struct NoteWriter: ~Copyable {
    let user: UserFolder
    let vault: VaultFolder
    let intents: IntentFolder
    let stage: StageFolder
    /// The lease under which the vault is written; `nil` where one machine has the volume.
    let turn: WriteTurn?
    /// `nil` where a look at the volume shows what was published.
    let published: PublishedNotes?
    let index: LockedIndex
    let context: WriteContext

    /// Creates a note or replaces its text.
    ///
    /// - Parameter scope: what the links of the note are shown of.
    func write(_ draft: NoteDraft, at path: NotePath, in scope: Scope) throws -> WrittenNote {
        // A file may be put there from outside between the look at it and the write.
        for _ in 0..<3 {
            if let written = try self.attempt(draft, at: path, in: scope) { return written }
        }
        // Some file systems remember a deleted name for a while, even when they are to create it.
        if self.published != nil { throw StaleNote() }
        throw VaultError(.unavailable, "the note '\(path.text)' is being changed from outside")
    }

    /// - Returns: `nil` where a file has appeared at the path meanwhile; nothing was changed then.
    private func attempt(_ draft: NoteDraft, at path: NotePath, in scope: Scope) throws -> WrittenNote? {
        let existing = try self.existing(path)
        let bytes = try self.bytes(of: draft, at: path, over: existing)
        self.index.reserve.isFree = existing.map { bytes.count < $0.bytes.count } ?? false
        if let error = self.index.lackOfRoom, !self.index.reserve.isFree { throw error }
        try self.checkQuota(growing: bytes.count - (existing?.bytes.count ?? 0), isNew: existing == nil)
        let intent = Intent(.write, path, temporary: UniqueName.temporary())
        let folder = try self.vault.openOrCreateFolder(of: path)
        let name = try self.withRoom { try self.intents.add(intent) }
        let stamp: FileStamp?
        do {
            try self.context.reached(.intentWritten)
            stamp = try self.withRoom {
                try self.replace(path, in: folder, with: bytes, intent: intent, existing)
            }
        } catch {
            self.undo(intent, name, at: path)
            throw error
        }
        guard let stamp else {
            self.undo(intent, name, at: path)
            if let sequence = self.turn?.retreat() { try self.stage.store(sequence) }
            return nil
        }
        // The note is replaced: no failure from here on may be reported as a failed write.
        let note = StoredNote(path: path, bytes: bytes, updated: stamp.modifiedMilliseconds)
        self.turn?.record(NoteChange(path: path.text, revision: note.revision, updated: note.updated))
        let isIndexed = self.settle(intent, name, syncing: folder) { try $0.put(note) }
        return WrittenNote(
            note: self.note(note, isIndexed: isIndexed, in: scope),
            created: existing == nil,
            indexPending: !isIndexed
        )
    }

    /// The bytes of the note's new file.
    ///
    /// - Throws: ``VaultError`` where the draft's condition does not hold.
    private func bytes(of draft: NoteDraft, at path: NotePath, over existing: NoteFile?) throws -> [UInt8] {
        let composer = NoteComposer(
            body: draft.body,
            title: draft.title,
            metadata: draft.metadata,
            over: existing?.bytes,
            now: RFC3339.text(milliseconds: self.context.now)
        )
        try self.check(draft.ifMatch, path, existing) { try composer.bytes() }
        let bytes = try composer.bytes()
        guard bytes.count <= self.context.limits.maxNoteBytes else {
            throw VaultError(
                .noteTooLarge,
                "the note would have \(bytes.count) bytes, more than \(self.context.limits.maxNoteBytes)"
            )
        }
        return bytes
    }

    /// Deletes a note.
    ///
    /// - Parameter scope: where other paths are suggested from if there is no such note.
    /// - Returns: the revision it was in.
    func delete(_ path: NotePath, ifMatch: RevisionCondition?, in scope: Scope) throws -> String {
        guard let existing = try self.existing(path), let folder = try self.vault.folder(of: path, for: .listing) else {
            throw try self.index.read(self.vault) { db -> VaultError in
                try PathSuggestions(IndexReader(db: db, user: self.user, scope: scope)).notFound(path)
            }
        }
        try self.check(ifMatch, path, existing, proposed: nil)
        self.index.reserve.isFree = true
        let intent = Intent(.delete, path, temporary: UniqueName.temporary())
        let name = try self.addDelete(intent)
        do {
            try self.context.reached(.intentWritten)
            try self.withRoom {
                try self.prepareChange()
                try self.stage.take(String(path.fileName), from: folder, as: intent.temporary)
            }
        } catch {
            self.undo(intent, name, at: path)
            throw error
        }
        self.turn?.record(NoteChange(path: path.text, revision: nil, updated: self.context.now))
        _ = self.settle(intent, name, syncing: folder) { try $0.remove(path) }
        self.removeEmptyFolders(of: path)
        return Revision.of(existing.bytes)
    }

    /// Opens the index, for a read that found it closed.
    func openIndex() throws {
        self.index.reserve.isFree = true
        try self.index.open(self.vault)
    }

    // MARK: Steps

    /// The note's file as it is on the volume.
    private func existing(_ path: NotePath) throws -> NoteFile? {
        let file: NoteFile?
        do {
            file = try self.file(path)
        } catch let error as FilesError where error.isStale {
            throw StaleNote()
        }
        guard let published = self.published else { return file }
        let sight = file.map { (Revision.of($0.bytes), $0.stamp.modifiedMilliseconds) }
        return try published.isThere(path, sight) ? file : nil
    }

    private func file(_ path: NotePath) throws -> NoteFile? {
        guard let folder = try self.vault.folder(of: path, for: .traversing),
            let file = try folder.file(String(path.fileName))
        else { return nil }
        // Beyond the limit, so that a note put there from outside can still be replaced or deleted.
        return try NoteFile.read(file, limit: max(self.context.limits.maxNoteBytes, 64 << 20))
    }

    private func check(
        _ condition: RevisionCondition?,
        _ path: NotePath,
        _ existing: NoteFile?,
        proposed: (() throws -> [UInt8])?
    ) throws {
        let revision = existing.map { Revision.of($0.bytes) }
        switch condition {
        case nil: return
        case RevisionCondition.none?: if existing == nil { return }
        case .revision(let wanted)?: if revision == wanted { return }
        }
        guard let existing else {
            throw VaultError(.conflict, "there is no note at '\(path.text)' any more")
        }
        let diff = try proposed.map { proposed in
            UnifiedDiff.text(
                from: String(decoding: existing.bytes, as: UTF8.self),
                to: String(decoding: try proposed(), as: UTF8.self),
                name: path.text
            )
        }
        let message = condition == RevisionCondition.none ? "exists already" : "has changed since it was read"
        throw VaultError(.conflict, "the note '\(path.text)' \(message)", currentRevision: revision, diff: diff)
    }

    /// Prepares the new file and gives it the note's name.
    ///
    /// - Returns: `nil` where a file has appeared at a path that had none.
    private func replace(
        _ path: NotePath,
        in folder: borrowing Folder,
        with bytes: [UInt8],
        intent: Intent,
        _ existing: NoteFile?
    ) throws -> FileStamp? {
        let file = try self.stage.createFile(intent.temporary)
        do {
            if let mode = existing?.mode { try file.setMode(mode) }
            try file.write(bytes)
            try self.setTime(of: file)
            try file.sync()
            // Before the replacement, after which nothing may fail.
            let stamp = FileStamp(try file.status())
            try self.context.reached(.temporaryWritten)
            try self.prepareChange()
            let name = String(path.fileName)
            let isMoved = try self.stage.move(file, intent.temporary, to: folder, as: name, replacing: existing != nil)
            return isMoved ? stamp : nil
        } catch let error where VaultError.isVolumeFull(error) {
            try self.stage.folder.remove(intent.temporary)
            throw error
        }
    }

    /// Confirms the lease and stores the change's number, so that a change that is never published is noticed.
    private func prepareChange() throws {
        guard let turn = self.turn else { return }
        try turn.confirm()
        try self.stage.store(turn.advance())
    }

    /// Sets the file's modification time to the time that its frontmatter has.
    private func setTime(of file: borrowing Descriptor) throws {
        let now = self.context.now
        let time = timespec(tv_sec: now / 1000, tv_nsec: now % 1000 * 1_000_000)
        try file.setTimes(access: time, modification: time)
    }

    /// Removes what a write has left that failed with the old note still in place.
    private func undo(_ intent: Intent, _ name: String?, at path: NotePath) {
        do {
            try self.stage.folder.remove(intent.temporary)
            if let name { try self.intents.remove(name) }
        } catch {
            self.context.logger.warning("Left an intent that came to nothing", metadata: ["error": "\(error)"])
        }
        self.removeEmptyFolders(of: path)
    }

    private func removeEmptyFolders(of path: NotePath) {
        do {
            try self.vault.removeEmptyFolders(of: path)
        } catch {
            self.context.logger.debug("Left folders that may be empty", metadata: ["error": "\(error)"])
        }
    }

    /// Updates the index to what is on disk, and removes the intent.
    ///
    /// - Parameter name: the name of the intent; `nil` where another stands for it.
    /// - Returns: whether the index has the change; if not, the intent stays for the next write.
    private func settle(
        _ intent: Intent,
        _ name: String?,
        syncing folder: borrowing Folder,
        change: (IndexWriter) throws -> Void
    ) -> Bool {
        do {
            try self.context.reached(.replaced)
            try folder.sync()
            try self.context.reached(.folderSynced)
            // A deleted note's room, before the index needs some.
            try self.stage.folder.remove(intent.temporary)
            try self.index.write(self.vault, change)
        } catch {
            self.context.logger.warning("Left an index behind its files", metadata: ["error": "\(error)"])
            return false
        }
        do {
            try self.context.reached(.indexed)
            if let name { try self.intents.remove(name) }
            try self.context.reached(.intentRemoved)
        } catch {
            // The next write repeats it, with the same result.
            self.context.logger.warning("Left an intent that was carried out", metadata: ["error": "\(error)"])
        }
        self.index.reserve.refill()
        return true
    }

    private func note(_ note: StoredNote, isIndexed: Bool, in scope: Scope) -> Note {
        guard isIndexed else { return Note(note) }
        do {
            return try self.index.read(self.vault) { db in
                try IndexReader(db: db, user: self.user, scope: scope).note(note)
            }
        } catch {
            self.context.logger.warning("Could not look up the links of a note", metadata: ["error": "\(error)"])
            return Note(note)
        }
    }
}
