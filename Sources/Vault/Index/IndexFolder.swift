internal import Files
internal import Foundation
internal import GRDB
internal import Glibc
internal import Logging

/// The folder that holds one SQLite file a user.
struct IndexFolder: ~Copyable, Sendable {
    let root: RootFolder
    let path: String
    private let usesWAL: Bool
    private let prepare: (@Sendable (Database) throws -> Void)?

    /// Opens the folder, and creates it where it is missing.
    ///
    /// - Parameter prepare: called with every connection; for tests.
    init(
        path: String,
        journalMode: JournalMode,
        prepare: (@Sendable (Database) throws -> Void)?,
        logger: Logger
    ) throws {
        let root = try RootFolder(path, isMarked: false, logger: logger)
        self.usesWAL =
            switch journalMode {
            case .wal: true
            case .rollback: false
            case .automatic: try root.current().folder.isOnLocalFileSystem
            }
        self.root = root
        self.path = path
        self.prepare = prepare
    }

    /// The folder as it is open now.
    var opened: RootFolder.Opened { get throws { try self.root.current() } }

    static func fileName(_ user: UserFolder) -> String { user.name + ".db" }

    /// The files that belong to a user's index.
    private static func fileNames(_ user: UserFolder) -> [String] {
        ["", "-wal", "-shm", "-journal"].map { self.fileName(user) + $0 }
    }

    /// The file that has the name of a user's index now.
    ///
    /// - Returns: `nil` where there is none, or one that is no plain file.
    func identity(_ user: UserFolder) throws -> IndexIdentity? {
        let opened = try self.opened
        guard let status = try opened.folder.status(of: Self.fileName(user)), Folder.isFile(status) else { return nil }
        return IndexIdentity(file: FileIdentity(status), opening: opened.number)
    }

    /// Whether none of the files of a user's index is a link or otherwise no plain file.
    func hasPlainFilesOnly(_ user: UserFolder) throws -> Bool {
        try Self.fileNames(user).allSatisfy { name in
            try self.opened.folder.status(of: name).map { Folder.isFile($0) } ?? true
        }
    }

    /// Renames the files of a user's index, so that a new one can take their place.
    ///
    /// To be followed by ``removeAside(_:)`` once the new one stands; they hold the user's text.
    func putAside(_ user: UserFolder) throws {
        try self.removeAllAside(user)
        for name in Self.fileNames(user) where try self.opened.folder.status(of: name) != nil {
            try self.opened.folder.rename(name, to: AsideIndex.name(of: name))
        }
        try self.opened.folder.sync()
    }

    /// Removes what the last rebuild has put aside, be it an interrupted one.
    func removeAside(_ user: UserFolder) throws {
        for name in Self.fileNames(user) { try self.removeAny(AsideIndex.name(of: name)) }
    }

    /// Removes what any rebuild has put aside, also in earlier versions; reads the whole folder.
    private func removeAllAside(_ user: UserFolder) throws {
        let files = Self.fileNames(user)
        for name in try self.opened.folder.names() where AsideIndex.isOne(name, of: files) { try self.removeAny(name) }
    }

    /// Removes a file, or what an operator may have put in its place.
    private func removeAny(_ name: String) throws {
        guard let status = try self.opened.folder.status(of: name) else { return }
        if Folder.isFolder(status) {
            try self.opened.folder.removeTree(name)
        } else {
            try self.opened.folder.remove(name)
        }
    }

    /// Removes the files of a user's index; it is rebuilt when it is needed again.
    func remove(_ user: UserFolder) throws {
        for name in Self.fileNames(user) { try self.opened.folder.remove(name) }
        try self.removeAllAside(user)
        try self.opened.folder.sync()
    }

    /// Whether the volume has room for more than a few logs, or for an index beside the one it replaces.
    func hasRoom() throws -> Bool { try self.opened.folder.availableBytes() >= 64 << 20 }

    /// The size of the log of a user's index, where room is short.
    func scarceLogSize(_ user: UserFolder) throws -> Int? {
        guard self.usesWAL, try !self.hasRoom() else { return nil }
        return try self.opened.folder.status(of: Self.logName(user)).map { Int($0.st_size) } ?? 0
    }

    /// Gives back the room of a transaction that failed, which SQLite leaves in the log.
    ///
    /// - Parameter size: the size of the log before the transaction; all that is committed is within it.
    func shortenLog(_ user: UserFolder, to size: Int) throws {
        try self.opened.folder.shortenFile(Self.logName(user), to: size)
    }

    private static func logName(_ user: UserFolder) -> String { self.fileName(user) + "-wal" }

    /// Opens a connection to a user's index.
    func connect(_ user: UserFolder) throws -> DatabaseQueue {
        guard try self.hasPlainFilesOnly(user) else {
            throw VaultError(.invalidPath, "the path leads through a symbolic link", traversal: true)
        }
        return try DatabaseQueue(path: self.path + "/" + Self.fileName(user), configuration: self.configuration)
    }

    /// Sets how commits are made durable, which readers and writers of a file must agree on.
    func setJournalMode(_ db: Database) throws {
        let wanted = self.usesWAL ? "wal" : "truncate"
        let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode = \(wanted)")
        guard mode == wanted else { throw VaultError(.unavailable, "the index is in use with another journal mode") }
    }

    /// Whether the file says that it is in the configured journal mode.
    func hasJournalMode(_ db: Database) throws -> Bool {
        try (String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal") == self.usesWAL
    }

    private var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "carrel.index"
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { [prepare = self.prepare] db in
            // FULL also with a log: an intent is removed once the index is known to be on disk.
            try db.execute(
                sql: """
                    PRAGMA synchronous = FULL;
                    PRAGMA cache_size = -1024;
                    PRAGMA temp_store = MEMORY;
                    PRAGMA journal_size_limit = 4194304;
                    PRAGMA trusted_schema = OFF;
                    """
            )
            try prepare?(db)
        }
        return configuration
    }
}
