/// Where vaults lie, and what is kept of them in memory.
package struct VaultConfiguration: Sendable {
    /// The folder that holds one folder a user.
    package var vaultsPath: String
    /// The folder that holds one SQLite file a user.
    package var indexPath: String
    /// How SQLite makes its commits durable.
    package var journalMode: JournalMode
    /// How large notes and vaults may become.
    package var limits: VaultLimits
    /// How many bytes of parsed notes are kept in memory, over all users.
    package var noteCacheBytes: Int
    /// How many users' indexes are kept open, each with up to ``filesPerIndex`` files.
    package var openIndexes: Int
    /// How long a write waits for the others that write to the same vault.
    package var lockTimeout: Duration
    /// How long a read may take, with the time that it waits for its turn.
    package var readTimeout: Duration
    /// How long a search may run.
    var searchTimeout: Duration = .seconds(2)
    /// How long any other query of an index may run.
    var queryTimeout: Duration = .seconds(5)
    /// How long a write, or the opening of an index, may take.
    package var writeTimeout: Duration
    /// Whether each machine that shares the volume has indexes of its own; `nil` to find out by the file systems.
    package var hasOwnIndexes: Bool?

    /// Returns what tells whether the caller of the current task has gone; `nil` where nothing does.
    ///
    /// Called by each query; what it returns is asked with every check of deadlines, and must not block.
    package var watchCaller: @Sendable () -> (@Sendable () -> Bool)? = { nil }

    /// Three connections, each to the file and its log, and the memory that they share.
    package static let filesPerIndex = 7

    package init(
        vaultsPath: String,
        indexPath: String,
        journalMode: JournalMode = .automatic,
        limits: VaultLimits = VaultLimits(),
        noteCacheBytes: Int = 16 << 20,
        openIndexes: Int = 256,
        lockTimeout: Duration = .seconds(10),
        readTimeout: Duration = .seconds(10),
        writeTimeout: Duration = .seconds(20),
        hasOwnIndexes: Bool? = nil
    ) {
        self.vaultsPath = vaultsPath
        self.indexPath = indexPath
        self.journalMode = journalMode
        self.limits = limits
        self.noteCacheBytes = noteCacheBytes
        self.openIndexes = openIndexes
        self.lockTimeout = lockTimeout
        self.readTimeout = readTimeout
        self.writeTimeout = writeTimeout
        self.hasOwnIndexes = hasOwnIndexes
    }
}
