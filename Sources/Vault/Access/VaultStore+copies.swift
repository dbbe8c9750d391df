internal import Glibc

extension VaultStore {
    /// Copies all files of a user's vault into a folder, while nobody writes to it.
    ///
    /// - Parameter path: a folder that is made where it is missing, and must be empty.
    /// - Returns: how many files were copied; 0 where the user has no vault.
    /// - Throws: ``VaultError``.
    public func export(_ user: String, to path: String) async throws -> Int {
        try await self.export(user, to: path, name: nil)
    }

    /// Copies all files of a user's vault into the user's folder below another folder, as they lie here.
    ///
    /// - Returns: how many files were copied; 0 where the user has no vault.
    /// - Throws: ``VaultError``.
    public func backUp(_ user: String, below path: String) async throws -> Int {
        try await self.export(user, to: path, name: UserFolder(user: user).name)
    }

    private func export(_ user: String, to path: String, name: String?) async throws -> Int {
        guard try await self.hasVault(user) else { return 0 }
        let path = name.map { "\(path)/\($0)" } ?? path
        return try await self.writing(user, UserFolder(user: user)) { writer in
            let target = try FolderPlace.open(path)
            guard try target.names().isEmpty else {
                throw VaultError(.validationError, "the folder '\(path)' is not empty")
            }
            return try writer.vault.root.copy(to: target) { $0 != VaultFolder.privateName }
        }
    }

    /// What an import did.
    public struct Import: Sendable, Hashable {
        /// How many files the vault has now.
        public let files: Int
        /// The folder that holds what the vault had before; `nil` where it had nothing.
        public let replaced: String?
    }

    /// Fills a user's vault with the files of a folder, as an export wrote them; workers may go on serving meanwhile.
    ///
    /// All is copied beside the vault first. Only then, while nobody writes and nobody reads, the files change places;
    /// the index is built anew after that. Hidden files, links and what is no file are left out.
    ///
    /// - Parameters:
    ///   - path: the folder.
    ///   - replacing: whether a vault that has something may be replaced; what it had is kept beside the vaults.
    /// - Throws: ``VaultError``; with ``VaultError/Code/conflict`` where the vault has something already.
    public func importing(_ user: String, from path: String, replacing: Bool) async throws -> Import {
        let folder = try UserFolder(user: user)
        let arriving = ".arriving-\(UniqueName.make())"
        let files = try await self.writeLanes.run {
            do {
                let source = try FolderPlace.existing(path)
                return try source.copy(to: try self.vaults.folderMaking(arriving)) { !$0.hasPrefix(".") }
            } catch {
                throw VaultError(describing: error)
            }
        }
        let replaced: String?
        do {
            replaced = try await self.writing(user, folder) { writer in
                let visible = try writer.vault.root.names().filter { $0 != VaultFolder.privateName }
                guard visible.isEmpty || replacing else {
                    throw VaultError(.conflict, "the vault of \(user) has \(visible.count) files and folders already")
                }
                guard let new = try self.vaults.folder(arriving, for: .holding) else { throw SystemFailure("openat") }
                // Without an index whoever reads waits for the lock that is held here.
                try self.indexes.remove(folder)
                var keptIn: String?
                if !visible.isEmpty {
                    let name = ".replaced-\(folder.name)-\(self.milliseconds)"
                    try writer.vault.root.move(visible, to: try self.vaults.folderMaking(name))
                    keptIn = name
                }
                try new.move(try new.names(), to: writer.vault.root)
                return keptIn
            }
        } catch {
            try await self.removeArriving(arriving)
            throw error
        }
        try await self.removeArriving(arriving)
        return Import(files: files, replaced: replaced.map { "\(self.configuration.vaultsPath)/\($0)" })
    }

    private func removeArriving(_ name: String) async throws {
        try await self.writeLanes.run {
            do {
                try self.vaults.removeTree(name)
            } catch {
                throw VaultError(describing: error)
            }
        }
    }
}

extension Folder {
    /// Moves entries of this folder into another of the same volume.
    fileprivate func move(_ names: [String], to target: borrowing Folder) throws {
        for name in names {
            guard renameat(self.descriptor.number, name, target.descriptor.number, name) == 0 else {
                throw SystemFailure("renameat")
            }
        }
        try target.descriptor.sync()
        try self.descriptor.sync()
    }
}
