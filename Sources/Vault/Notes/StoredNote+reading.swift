internal import Files

extension StoredNote {
    /// Reads a note.
    ///
    /// - Returns: the note, or `nil` where there is none, or something else in its place.
    static func read(_ path: NotePath, in folder: borrowing Folder, limit: Int) throws -> StoredNote? {
        do {
            guard let descriptor = try folder.file(String(path.fileName)) else { return nil }
            return StoredNote(path: path, file: try NoteFile.read(descriptor, limit: limit))
        } catch let error where NoteFile.isNoNote(error) {
            return nil
        }
    }

    static func read(_ path: NotePath, in vault: borrowing VaultFolder, limit: Int) throws -> StoredNote? {
        guard let folder = try vault.folder(of: path, for: .traversing) else { return nil }
        return try self.read(path, in: folder, limit: limit)
    }
}
