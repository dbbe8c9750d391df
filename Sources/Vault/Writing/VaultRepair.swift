internal import Files
internal import Logging

/// Completes the writes that a killed worker has begun.
struct VaultRepair: ~Copyable {
    let user: UserFolder
    let limits: VaultLimits
    let logger: Logger

    /// Updates the index to the files that intents name, and removes temporary files and the intents.
    func run(_ vault: borrowing VaultFolder, _ intents: borrowing IntentFolder, index: LockedIndex) throws {
        let names = try intents.names()
        guard !names.isEmpty else { return }
        for name in names {
            if let intent = try intents.intent(name) { try self.carryOut(intent, vault, index) }
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
            return try index.write(vault) { try $0.remove(path) }
        }
        if UniqueName.isTemporary(intent.temporary) { try folder.remove(intent.temporary) }
        let note = try self.note(path, in: folder)
        if note != nil { try folder.sync() }
        try index.write(vault) { if let note { try $0.put(note) } else { try $0.remove(path) } }
    }

    private func note(_ path: NotePath, in folder: borrowing Folder) throws -> StoredNote? {
        do {
            guard let descriptor = try folder.file(String(path.fileName)) else { return nil }
            let file = try NoteFile.read(descriptor, limit: self.limits.maxNoteBytes)
            return StoredNote(path: path, file: file)
        } catch let error where NoteFile.isNoNote(error) {
            // Something else has been put in its place.
            return nil
        }
    }
}
