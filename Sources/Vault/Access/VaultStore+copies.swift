internal import Files
internal import Logging

extension VaultStore {
    /// Copies all files of a user's vault into a folder, while nobody writes to it.
    ///
    /// Times and modes are kept; links and what is no file are left out. The copy is on disk when this returns.
    ///
    /// - Parameter path: a folder that is made where it is missing, and must be empty.
    /// - Returns: how many files were copied; 0 where the user has no vault.
    /// - Throws: ``VaultError``.
    package func export(_ user: String, to path: String) async throws -> Int {
        guard try await self.hasVault(user) else { return 0 }
        let count = try await self.holding(user, UserFolder(user: user)) { vault in
            let target = try OperatorFolder.openOrCreate(path)
            guard try target.names().isEmpty else {
                throw VaultError(.validationError, "the folder '\(path)' is not empty")
            }
            return try vault.root.copy(to: target) { $0 != VaultFolder.privateName }
        }
        // Writers need not wait for the disk.
        try await self.onDisk { try OperatorFolder.open(path).syncTree() }
        return count
    }

    /// Copies all files of a user's vault into the user's folder below another folder, as they lie here.
    ///
    /// - Returns: how many files were copied; 0 where the user has no vault.
    /// - Throws: ``VaultError``.
    package func backUp(_ user: String, below path: String) async throws -> Int {
        try await self.export(user, to: "\(path)/\(UserFolder(user: user).name)")
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
    /// All is copied beside the vault and is on disk first. Only then, while nobody writes, the two folders change places
    /// in one step; the index is built anew after that. Links and what is no file are left out.
    ///
    /// - Parameters:
    ///   - path: the folder.
    ///   - replacing: whether a vault that has something may be replaced; what it had is kept beside the vaults.
    /// - Throws: ``VaultError``, and nothing was changed then; with ``VaultError/Code/conflict`` where the vault has
    ///   something already.
    package func importing(_ user: String, from path: String, replacing: Bool) async throws -> Import {
        let folder = try UserFolder(user: user)
        // Under this name the old vault stays, so that nothing can be lost that an interrupted import leaves behind.
        let aside = ReplacedFolder.name(of: folder, at: self.milliseconds)
        let files: Int
        let hadFiles: Bool
        do {
            files = try await self.onDisk {
                let source = try OperatorFolder.open(path)
                try self.checkReplacing(folder, replacing)
                let copy = try self.vaults.openOrCreateFolder(aside)
                let count = try source.copy(to: copy) { $0 != VaultFolder.privateName }
                try copy.syncTree()
                return count
            }
            hadFiles = try await self.holding(user, folder) { _ in
                let hadFiles = try self.checkReplacing(folder, replacing)
                // Without an index whoever reads waits for the lock that is held here.
                try self.indexes.remove(folder)
                try self.vaults.exchange(folder.name, aside)
                return hadFiles
            }
        } catch {
            await self.discard(aside)
            throw error
        }
        if !hadFiles { await self.discard(aside) }
        return Import(files: files, replaced: hadFiles ? "\(self.configuration.vaultsPath)/\(aside)" : nil)
    }

    /// - Returns: whether the vault has anything.
    @discardableResult
    private func checkReplacing(_ folder: UserFolder, _ replacing: Bool) throws -> Bool {
        guard let vault = try VaultFolder.open(folder, in: self.vaults) else { return false }
        let count = try vault.root.names().count { $0 != VaultFolder.privateName }
        guard count == 0 || replacing else {
            throw VaultError(.conflict, "the vault has \(count) files and folders already")
        }
        return count > 0
    }

    private func discard(_ name: String) async {
        do {
            try await self.onDisk { try self.vaults.removeTree(name) }
        } catch {
            self.logger.warning("A copy could not be removed", metadata: ["error": "\(error)", "folder": "\(name)"])
        }
    }

    private func onDisk<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await self.writeLanes.run {
            do {
                return try work()
            } catch {
                throw VaultError(describing: error)
            }
        }
    }
}
