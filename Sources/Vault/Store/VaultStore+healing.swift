internal import Files
internal import Logging

/// Volumes that are lost and come back: unmounted, disconnected or replaced.
extension VaultStore {
    /// The folder of all vaults.
    ///
    /// - Throws: ``VaultError`` with ``VaultError/Code/unavailable`` while its volume is not there.
    var vaults: RootFolder.Opened { get throws { try self.root.current() } }

    /// Looks whether the folders are still those that are open.
    func checkRoots() throws {
        try self.root.check()
        // Only where the volume of the vaults is there: an index folder on it would be created below its mount.
        try self.indexes.root.check(isCreating: true)
    }

    func reopenRoots() throws {
        try self.root.reopen()
        try self.indexes.root.reopen()
    }

    /// Opens the folders again after an error that says that their volume was lost; on a thread that may block.
    func noticeLoss(_ error: any Error) {
        guard VaultError.isVolumeLost(error) else { return }
        do {
            try self.reopenRoots()
        } catch {
            // The next call looks again.
            self.logger.debug("The volume is not back yet", metadata: ["error": "\(error)"])
        }
    }
}

extension VaultError {
    /// Whether what is open on a volume is of no more use.
    static func isVolumeLost(_ error: any Error) -> Bool {
        switch error {
        case let error as FilesError: error.code == .disconnected || error.code == .stale
        case let error as VaultError: error.cause.map { self.isVolumeLost($0) } ?? false
        default: false
        }
    }
}
