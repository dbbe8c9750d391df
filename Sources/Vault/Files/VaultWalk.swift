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

    /// Whether the files of a folder and those within it take less than a number of bytes; ends at the first beyond it.
    static func fits(_ bytes: Int, _ folder: borrowing Folder) throws -> Bool {
        var left = bytes
        try Self.take(folder, &left)
        return left > 0
    }

    private static func take(_ folder: borrowing Folder, _ left: inout Int) throws {
        for name in try folder.names() where !name.hasPrefix(".") && left > 0 {
            guard let status = try folder.status(of: name) else { continue }
            // A file counts as a block at least, and so does a folder, which bounds the depth.
            left -= max(Int(status.st_size), 4096)
            if Folder.isFolder(status), let inner = try folder.folder(name, for: .listing) {
                try Self.take(inner, &left)
            }
        }
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
