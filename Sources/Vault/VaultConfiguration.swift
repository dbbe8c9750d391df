/// Where vaults lie, and what is kept of them in memory.
public struct VaultConfiguration: Sendable {
    /// The folder that holds one folder a user.
    public var vaultsPath: String
    /// The folder that holds one SQLite file a user.
    public var indexPath: String
    /// How SQLite makes its commits durable.
    public var journalMode: JournalMode
    /// How large notes and vaults may become.
    public var limits: VaultLimits
    /// How many bytes of parsed notes are kept in memory, over all users.
    public var noteCacheBytes: Int
    /// How many users' indexes are kept open.
    public var openIndexes: Int
    /// How long a write waits for the others that write to the same vault.
    public var lockTimeout: Duration

    /// Makes a configuration.
    public init(
        vaultsPath: String,
        indexPath: String,
        journalMode: JournalMode = .automatic,
        limits: VaultLimits = VaultLimits(),
        noteCacheBytes: Int = 16 << 20,
        openIndexes: Int = 64,
        lockTimeout: Duration = .seconds(10)
    ) {
        self.vaultsPath = vaultsPath
        self.indexPath = indexPath
        self.journalMode = journalMode
        self.limits = limits
        self.noteCacheBytes = noteCacheBytes
        self.openIndexes = openIndexes
        self.lockTimeout = lockTimeout
    }
}
