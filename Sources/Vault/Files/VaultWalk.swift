internal import Files
internal import Glibc
internal import Logging

/// Finds all notes of a vault.
struct VaultWalk {
    private let limits: VaultLimits
    private let logger: Logger
    private var skipped = 0

    init(limits: VaultLimits, logger: Logger) {
        self.limits = limits
        self.logger = logger
    }

    /// Reads every note, in the order of their paths.
    ///
    /// Hidden files, symbolic links and names that break a rule are left out.
    mutating func notes(in vault: borrowing VaultFolder, _ body: (NotePath, NoteFile) throws -> Void) throws {
        try self.walk(vault.root, prefix: "", vault.look, body)
        guard self.skipped > 0 else { return }
        self.logger.notice("Left files out of an index", metadata: ["vault.files": "\(self.skipped)"])
    }

    private mutating func walk(
        _ folder: borrowing Folder,
        prefix: String,
        _ look: FreshLook,
        _ body: (NotePath, NoteFile) throws -> Void
    ) throws {
        try folder.refresh(look == .names ? .attributes : look)
        for name in try folder.names().sorted() where !name.hasPrefix(".") {
            guard let status = try folder.status(of: name) else { continue }
            if Folder.isFolder(status) {
                // Deeper than any path may be.
                guard prefix.utf8.count <= PathRules.maxCharacters * 4,
                    let inner = try folder.folder(name, for: .listing)
                else { continue }
                try self.walk(inner, prefix: prefix + name + "/", look, body)
            } else if Folder.isFile(status), name.hasSuffix(".md") {
                try self.note(prefix + name, name: name, in: folder, body)
            }
        }
    }

    private mutating func note(
        _ text: String,
        name: String,
        in folder: borrowing Folder,
        _ body: (NotePath, NoteFile) throws -> Void
    ) throws {
        let path: NotePath
        let file: NoteFile
        do {
            path = try NotePath(text)
            guard path.text.utf8.elementsEqual(text.utf8), let descriptor = try folder.file(name) else {
                self.skipped += 1
                return
            }
            file = try NoteFile.read(descriptor, limit: self.limits.maxNoteBytes)
        } catch let error where NoteFile.isNoNote(error) {
            self.skipped += 1
            return
        }
        try body(path, file)
    }
}
