internal import Files
internal import Logging

extension VaultStore {
    /// Copies all files of a user's vault into a folder, while the vault is locked against writes.
    ///
    /// Times and modes are kept; symbolic links and special files are left out. The copy is on disk when this returns.
    ///
    /// - Parameter path: a folder that is created where it is missing, and must be empty.
    /// - Returns: how many files were copied; 0 where the user has no vault.
    /// - Throws: ``VaultError``.
    package func export(_ user: String, to path: String) async throws -> Int {
        try await self.export(try UserFolder(user: user), to: path)
    }

    /// Copies all files of a user's vault into the user's folder below another folder, as they lie here.
    ///
    /// - Returns: how many files were copied; 0 where the user has no vault.
    /// - Throws: ``VaultError``.
    package func backUp(_ user: UserFolder, below path: String) async throws -> Int {
        try await self.export(user, to: "\(path)/\(user.name)")
    }

    private func export(_ user: UserFolder, to path: String) async throws -> Int {
        guard try await self.hasVault(user) else { return 0 }
        let count = try await self.holding(user) { vault, _ in
            let target = try OperatorFolder.openOrCreate(path)
            guard try target.names().isEmpty else {
                throw VaultError(.validationError, "the folder '\(path)' is not empty")
            }
            return try vault.root.copy(to: target) { $0 != VaultFolder.privateName }
        }
        // Without the lock, so that writers need not wait for the disk.
        try await self.writeThreads.run { try OperatorFolder.open(path).syncTree() }
        return count
    }

    /// What an import did.
    package struct Import: Sendable, Hashable {
        /// How many files the vault has now.
        package let files: Int
        /// The folder that holds what the vault had before; `nil` where it had nothing.
        package let replaced: String?
    }

    /// Fills a user's vault with the files of a folder, as an export wrote them; workers may go on serving meanwhile.
    ///
    /// All is copied beside the vault and is on disk first. Only then, under the write lock, the two folders change
    /// places in one step; the index is rebuilt after that. Symbolic links and special files are left out.
    ///
    /// - Parameters:
    ///   - path: the folder.
    ///   - replacing: whether a vault that has something may be replaced; what it had is kept beside the vaults.
    /// - Throws: ``VaultError``, and nothing was changed then; with ``VaultError/Code/conflict`` where the vault has
    ///   something already.
    package func importing(_ user: String, from path: String, replacing: Bool) async throws -> Import {
        let user = try UserFolder(user: user)
        // The old vault stays under this name, so that an interrupted import loses nothing.
        let aside = ReplacedFolder.name(of: user, at: self.milliseconds)
        let files: Int
        let hadFiles: Bool
        do {
            files = try await self.writeThreads.run {
                let source = try OperatorFolder.open(path)
                try self.checkReplacing(user, replacing)
                let copy = try self.vaults.folder.openOrCreateFolder(aside)
                let count = try source.copy(to: copy) { $0 != VaultFolder.privateName }
                try copy.syncTree()
                return count
            }
            hadFiles = try await self.holding(user) { _, turn in
                let hadFiles = try self.checkReplacing(user, replacing)
                if let turn { try self.prepare(aside, turn) }
                // Without an index readers wait for the lock that is held here.
                try self.indexes.remove(user)
                try self.vaults.folder.exchange(user.name, aside)
                return hadFiles
            }
        } catch {
            await self.discard(aside)
            throw error
        }
        if !hadFiles { await self.discard(aside) }
        return Import(files: files, replaced: hadFiles ? "\(self.configuration.vaultsPath)/\(aside)" : nil)
    }

    /// Makes a copy ready to take a vault's place while this worker holds its lease.
    private func prepare(_ copy: String, _ turn: WriteTurn) throws {
        guard let folder = try self.vaults.folder.folder(copy, for: .listing) else {
            throw VaultError(.unavailable, "the copy has been removed")
        }
        try turn.confirm()
        let privateFolder = try folder.openOrCreateFolder(VaultFolder.privateName)
        try StageFolder.prepare(turn, sequence: turn.advance(isGap: true), in: privateFolder)
    }

    /// - Returns: whether the vault has anything.
    @discardableResult
    private func checkReplacing(_ user: UserFolder, _ replacing: Bool) throws -> Bool {
        guard let vault = try VaultFolder.open(user, in: self.vaults.folder, self.look) else { return false }
        let count = try vault.root.names().count { $0 != VaultFolder.privateName }
        guard count == 0 || replacing else {
            throw VaultError(.conflict, "the vault has \(count) files and folders already")
        }
        return count > 0
    }

    private func discard(_ name: String) async {
        do {
            try await self.writeThreads.run { try self.vaults.folder.removeTree(name) }
        } catch {
            self.logger.warning("A copy could not be removed", metadata: ["error": "\(error)", "folder": "\(name)"])
        }
    }
}
