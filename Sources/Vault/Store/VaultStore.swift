internal import Dispatch
internal import Files
package import Foundation
internal import GRDB
package import Logging
internal import Synchronization

/// All vaults below one folder.
///
/// Several workers may each have a store over the same folders: files and their locks are all they share.
public final class VaultStore: Sendable {
    let configuration: VaultConfiguration
    let now: @Sendable () -> Date
    let logger: Logger
    let root: RootFolder
    let indexes: IndexFolder
    let cache: NoteCache
    let entries: VaultEntries
    /// Two sets of threads, so that no read waits behind a write that waits for the disk.
    let readThreads: BlockingThreads
    let writeThreads: BlockingThreads
    let tasks = TimedTasks()
    let checks = DispatchQueue(label: "carrel.vault.deadlines")
    let hooks: StoreHooks
    /// `nil` where one machine has the volume.
    let sharing: VolumeSharing?
    let metrics = VaultMetrics()
    /// When reads end that still run; `nil` before the store drains.
    let drainEnd = Mutex<ContinuousClock.Instant?>(nil)
    let drained = Atomic(false)
    private let volumeProbe = VolumeProbe()
    private let isFull = Atomic(false)

    /// Opens the folders of vaults and indexes, and creates them where they are missing.
    ///
    /// - Parameters:
    ///   - configuration: where vaults lie, and what is kept of them in memory.
    ///   - coordinator: what orders the writes of several machines, where they share the volume.
    ///   - now: the time; decides what a write sets as `updated` and how recent a note is.
    ///   - logger: where to report files that were put aside or repaired.
    /// - Throws: ``VaultError`` where a folder cannot be opened or created.
    package convenience init(
        configuration: VaultConfiguration,
        coordinator: (any VaultCoordinator)? = nil,
        now: @escaping @Sendable () -> Date = { Date() },
        logger: Logger
    ) throws {
        try self.init(
            configuration: configuration,
            coordinator: coordinator,
            now: now,
            hooks: StoreHooks(),
            logger: logger
        )
    }

    init(
        configuration: VaultConfiguration,
        coordinator: (any VaultCoordinator)? = nil,
        now: @escaping @Sendable () -> Date,
        hooks: StoreHooks,
        logger: Logger
    ) throws {
        SQLiteLibrary.configure()
        self.configuration = configuration
        self.now = now
        self.hooks = hooks
        self.logger = logger
        self.root = try RootFolder(configuration.vaultsPath, isMarked: true, logger: logger)
        self.indexes = try IndexFolder(
            path: configuration.indexPath,
            journalMode: configuration.journalMode,
            prepare: hooks.connected,
            logger: logger
        )
        let vaults = (
            look: try self.root.current().folder.freshLook, index: try self.indexes.opened.folder.freshLook
        )
        self.sharing = coordinator.map { coordinator in
            VolumeSharing(
                coordinator: coordinator,
                look: hooks.look ?? (vaults.look == .cached ? .attributes : vaults.look),
                hasOwnIndexes: configuration.hasOwnIndexes ?? (vaults.index == .cached && vaults.look != .cached)
            )
        }
        self.cache = NoteCache(bytes: configuration.noteCacheBytes)
        let cores = ProcessInfo.processInfo.activeProcessorCount
        self.readThreads = BlockingThreads("read", count: min(max(cores * 2, 4), 16))
        self.writeThreads = BlockingThreads("write", count: min(max(cores * 2, 4), 16), wakesOften: true)
        self.entries = VaultEntries(limit: configuration.openIndexes, threads: self.readThreads)
        self.scheduleChecks()
    }

    /// Whether a folder of vaults, which is created where it is missing, is on a file system of a single machine.
    ///
    /// - Throws: ``VaultError`` where it cannot be opened or created.
    package static func isOnLocalVolume(_ path: String) throws -> Bool {
        try OperatorFolder.openOrCreate(path).isOnLocalFileSystem
    }

    /// The type of the file system that a folder of vaults is on, and whether it is of a single machine; `nil` where there is
    /// no such folder, or the type is unknown.
    package static func fileSystemType(_ path: String) -> (name: String, isLocal: Bool)? {
        do {
            let folder = try Folder.open(path: path)
            return folder.fileSystemType.map { ($0, folder.isOnLocalFileSystem) }
        } catch {
            return nil
        }
    }

    /// The vault of a user; does no I/O.
    ///
    /// - Parameter sequence: the number of the last change that answers must have, where machines share the volume; `nil` for
    ///   that of the last one, which is asked for then.
    /// - Throws: ``VaultError`` with ``VaultError/Code/invalidUser`` where the id breaks a rule.
    package func vault(of user: String, sequence: Int64? = nil) throws -> Vault {
        Vault(user: try UserFolder(user: user), scope: .whole, store: self, sequence: sequence)
    }

    /// Whether the volume can be written and SQLite works on it.
    ///
    /// Writes a file to disk and removes it, and runs a query on a database beside the indexes. A full volume can be
    /// used: notes are read and deleted. Never waits behind calls, and at most 1.5 seconds for a volume that hangs.
    ///
    /// - Throws: ``VaultError`` with ``VaultError/Code/unavailable``.
    package func probe() async throws {
        try await self.volumeProbe.run {
            self.hooks.probing?()
            do {
                do { try self.probeVolume() } catch let error where VaultError.isVolumeLost(error) {
                    try self.reopenRoots()
                    try self.probeVolume()
                }
                self.isFull.store(false, ordering: .relaxed)
            } catch let error where VaultError.isVolumeFull(error) {
                self.isFull.store(true, ordering: .relaxed)
                self.logger.warning("The volume is full", metadata: ["error": "\(error)"])
            } catch {
                throw VaultError(.unavailable, "the volume cannot be used", cause: error)
            }
        }
    }

    private func probeVolume() throws {
        try self.checkRoots()
        let vaults = try self.vaults
        let name = UniqueName.temporary()
        let file = try vaults.folder.createFile(name, mode: 0o600)
        do {
            try file.write(Array("probe\n".utf8))
            try file.sync()
        } catch {
            try vaults.folder.remove(name)
            throw error
        }
        try vaults.folder.remove(name)
        try self.indexes.probe()
    }

    /// Whether the last ``probe()`` found no room on the volume.
    package var isVolumeFull: Bool { self.isFull.load(ordering: .relaxed) }

    package var limits: VaultLimits { self.configuration.limits }

    /// Whether all reads are refused.
    var isDrained: Bool { self.drained.load(ordering: .relaxed) }

    /// How to see what another machine has changed.
    var look: FreshLook { self.sharing?.look ?? .cached }

    /// What has been published of a vault; `nil` where a look at the volume shows it.
    func published(_ entry: VaultEntry) -> PublishedNotes? { self.look == .names ? entry.published : nil }

    /// The time in milliseconds since 1970.
    var milliseconds: Int { Int((self.now().timeIntervalSince1970 * 1000).rounded(.down)) }
}
