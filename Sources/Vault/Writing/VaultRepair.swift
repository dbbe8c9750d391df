internal import Files
internal import Logging

/// Completes the writes that a killed worker has begun.
struct VaultRepair: ~Copyable {
    let user: UserFolder
    let limits: VaultLimits
    let logger: Logger
    let turn: WriteTurn?

    /// Updates the index to the files that intents name, and removes temporary files and the intents.
    func run(
        _ vault: borrowing VaultFolder,
        _ intents: borrowing IntentFolder,
        _ stage: borrowing StageFolder,
        index: LockedIndex
    ) throws {
        let names = try intents.names()
        guard !names.isEmpty else { return }
        try stage.clear()
        if let turn = self.turn { try stage.store(turn.advance()) }
        for name in names {
            if IntentFolder.isDeletes(name) {
                try self.removeDeleted(vault, index)
            } else if let intent = try intents.intent(name) {
                try self.carryOut(intent, vault, index)
            }
            try intents.remove(name)
        }
        self.logger.notice("Repaired an index", metadata: ["vault.intents": "\(names.count)"])
    }

    private func carryOut(_ intent: Intent, _ vault: borrowing VaultFolder, _ index: LockedIndex) throws {
        let path: NotePath
        do {
            path = try NotePath(intent.path)
        } catch {
            self.logger.warning("Dropped an intent without a path", metadata: ["error": "\(error)"])
            return
        }
        guard let folder = try vault.folder(of: path, for: .listing) else {
            self.record(path, nil)
            return try index.write(vault) { try $0.remove(path) }
        }
        // Workers of earlier versions prepared files beside the note.
        if UniqueName.isTemporary(intent.temporary) { try folder.remove(intent.temporary) }
        let note = try StoredNote.read(path, in: folder, limit: self.limits.maxNoteBytes)
        if note != nil { try folder.sync() }
        self.record(path, note)
        try index.write(vault) { if let note { try $0.put(note) } else { try $0.remove(path) } }
    }

    private func record(_ path: NotePath, _ note: StoredNote?) {
        self.turn?.record(NoteChange(path: path.text, revision: note?.revision, updated: note?.updated ?? 0))
    }

    /// Removes all notes from the index whose files are gone.
    private func removeDeleted(_ vault: borrowing VaultFolder, _ index: LockedIndex) throws {
        for path in try index.read(vault, { try IndexReader(db: $0, user: self.user, scope: .whole).paths() }) {
            let path = try NotePath(path)
            let folder = try vault.folder(of: path, for: .traversing)
            guard try folder?.status(of: String(path.fileName)) == nil else { continue }
            self.record(path, nil)
            try index.write(vault) { try $0.remove(path) }
        }
    }
}
