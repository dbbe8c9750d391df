internal import Dispatch
package import Files
internal import Glibc
internal import Synchronization

/// This worker among those of a volume, as they see each other through it.
package final class VolumeMember: Sendable {
    /// Files appear on another mount of sshfs only when its caches end, and no look makes them.
    private static let unfitTypes: Set<String> = ["fuse.sshfs"]
    private static let folderName = ".carrel-workers"
    /// Files of workers that have not been seen for so long are removed, in seconds.
    private static let longestSilence = 3600

    private let store: VaultStore
    private let name: String
    private let file = Mutex<(held: HeldFile, opening: Int)?>(nil)
    private let sights = Mutex<[String: HeldFile.Sight]>([:])
    /// A volume that hangs holds one thread of this worker, and no round of the check waits for it without end.
    private let thread = VolumeProbe(patience: .seconds(5))

    /// The type of the volume's file system where that is known not to be for several workers.
    package let unfitType: String?

    /// - Parameter name: names this process among all workers; a file name.
    /// - Throws: ``VaultError`` while the volume is not there.
    package init(_ store: VaultStore, name: String) throws {
        self.store = store
        self.name = name
        let type = try store.vaults.folder.fileSystemType
        self.unfitType = type.flatMap { Self.unfitTypes.contains($0) ? $0 : nil }
    }

    /// Whether other machines may have the volume.
    package var isShared: Bool { self.store.sharing != nil }
    /// Whether each machine has indexes of its own, so that the volume's locks are not needed.
    package var hasOwnIndexes: Bool { self.store.sharing?.hasOwnIndexes ?? false }

    /// Shows the other workers that this one lives.
    ///
    /// - Throws: ``VaultError``.
    package func beat(_ number: Int) async throws {
        try await self.run { vaults in
            let folder = try vaults.folder.openOrCreateFolder(Self.folderName)
            let file = try self.file.withLock { file in
                // One of an earlier opening is on a volume that was lost.
                if let file, file.opening == vaults.number { return file.held }
                if file != nil { try folder.remove(self.name) }
                let held = try HeldFile(self.name, in: folder)
                file = (held, vaults.number)
                return held
            }
            try file.store(number)
        }
    }

    /// What this worker sees of others through the volume, by their names; of those without a file nothing.
    ///
    /// - Throws: ``VaultError``.
    package func sights(of workers: [String]) async throws -> [String: HeldFile.Sight] {
        try await self.run { vaults in
            let folder = try vaults.folder.openOrCreateFolder(Self.folderName)
            try folder.refresh(self.store.look)
            var sights: [String: HeldFile.Sight] = [:]
            for worker in workers { sights[worker] = try HeldFile.look(at: worker, in: folder) }
            self.sights.withLock { [sights] in $0 = sights }
        }
        return self.sights.withLock { $0 }
    }

    /// Removes this worker's file, and those of workers that died long ago.
    ///
    /// - Throws: ``VaultError``.
    package func leave() async throws {
        let now = self.store.milliseconds / 1000
        try await self.run { vaults in
            let folder = try vaults.folder.openOrCreateFolder(Self.folderName)
            for name in try folder.names() {
                guard let status = try folder.status(of: name) else { continue }
                if name == self.name || now - status.st_mtim.tv_sec > Self.longestSilence { try folder.remove(name) }
            }
        }
    }

    private func run(_ work: @escaping @Sendable (RootFolder.Opened) throws -> Void) async throws {
        try await self.thread.run {
            do {
                try work(try self.store.vaults)
            } catch {
                self.store.noticeLoss(error)
                throw VaultError(describing: error)
            }
        }
    }
}
