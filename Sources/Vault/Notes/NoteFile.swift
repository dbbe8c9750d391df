internal import Files
internal import Glibc

/// A note's file: its bytes, and the stamp of the state they are from.
struct NoteFile: Sendable {
    let bytes: [UInt8]
    let stamp: FileStamp
    let mode: mode_t

    /// Reads an open file.
    ///
    /// - Throws: ``VaultError`` where it is not a plain file or larger than `limit`.
    static func read(_ descriptor: borrowing Descriptor, limit: Int) throws -> NoteFile {
        let status = try descriptor.status()
        guard Folder.isFile(status) else { throw VaultError(.invalidPath, "the path is not that of a plain file") }
        guard let bytes = try descriptor.read(sizeHint: Int(status.st_size), limit: limit) else {
            throw VaultError(.noteTooLarge, "the note's file is larger than \(limit) bytes")
        }
        return NoteFile(bytes: bytes, stamp: FileStamp(status), mode: status.st_mode & 0o777)
    }

    /// Whether reading a note failed as there is something else at its path, or a file that is too large.
    static func isNoNote(_ error: any Error) -> Bool {
        switch error {
        case let error as VaultError: error.code == .invalidPath || error.code == .noteTooLarge
        case let error as FilesError: error.code == .symbolicLink || error.code == .notAFile
        default: false
        }
    }
}
