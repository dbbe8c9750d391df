internal import Files
internal import Glibc

/// The intents of a vault; used under its write lock.
struct IntentFolder: ~Copyable {
    private static let name = "intents"
    private static let ending = ".intent"
    /// Stands for deletes without an intent of their own.
    private static let deletes = "deletes" + Self.ending
    private let folder: Folder

    /// Opens the folder, and creates it where it is missing.
    init(in privateFolder: borrowing Folder) throws { self.folder = try privateFolder.openOrCreateFolder(Self.name) }

    /// Whether no write of a vault was interrupted.
    static func isEmpty(in privateFolder: borrowing Folder) throws -> Bool {
        guard let folder = try privateFolder.folder(Self.name, for: .traversing) else { return true }
        return try !folder.names().contains { $0.hasSuffix(self.ending) }
    }

    /// Writes an intent and waits until it is on disk.
    ///
    /// - Returns: its name.
    func add(_ intent: Intent) throws -> String {
        let name = UniqueName.make() + Self.ending
        let file = try self.folder.createFile(name, mode: 0o640)
        do {
            try file.write(intent.bytes)
            try file.sync()
            try self.folder.sync()
        } catch {
            try self.folder.remove(name)
            throw error
        }
        return name
    }

    /// Notes that notes are deleted without an intent; takes no room, as the file is empty.
    ///
    /// - Returns: its name; `nil` where that is noted already.
    func addDeletes() throws -> String? {
        guard try self.folder.status(of: Self.deletes) == nil else { return nil }
        _ = try self.folder.createFile(Self.deletes, mode: 0o640)
        try self.folder.sync()
        return Self.deletes
    }

    static func isDeletes(_ name: String) -> Bool { name == self.deletes }

    func remove(_ name: String) throws { try self.folder.remove(name) }

    /// The names of all intents.
    func names() throws -> [String] { try self.folder.names().filter { $0.hasSuffix(Self.ending) } }

    /// Reads an intent; `nil` where its write had not begun.
    func intent(_ name: String) throws -> Intent? {
        guard let file = try self.folder.file(name), Folder.isFile(try file.status()) else { return nil }
        return try file.read(sizeHint: 1024, limit: 8192).flatMap { Intent($0) }
    }
}
