internal import Glibc

extension VaultStore {
    private static let removedPrefix = ".removed-"

    /// Copies all files of a user's vault into a folder, while nobody writes to it.
    ///
    /// - Parameter path: a folder that is made where it is missing, and must be empty.
    /// - Returns: how many files were copied; 0 where the user has no vault.
    /// - Throws: ``VaultError``.
    public func export(_ user: String, to path: String) async throws -> Int {
        guard try await self.hasVault(user) else { return 0 }
        return try await self.writing(user, UserFolder(user: user)) { writer in
            let target = try FolderPlace.open(path)
            guard try target.names().isEmpty else {
                throw VaultError(.validationError, "the folder '\(path)' is not empty")
            }
            return try writer.vault.root.copy(to: target) { $0 != VaultFolder.privateName }
        }
    }

    /// Removes a user's vault and index, for good.
    ///
    /// The vault is taken out of its place in one step and removed after that; what an interrupted removal left behind is
    /// removed by the next.
    ///
    /// - Returns: whether the user had a vault.
    /// - Throws: ``VaultError``.
    public func remove(_ user: String) async throws -> Bool {
        let folder = try UserFolder(user: user)
        let isThere = try await self.hasVault(user)
        if isThere {
            try await self.writing(user, folder) { _ in
                let name = "\(Self.removedPrefix)\(UInt64.random(in: .min ... .max))"
                try self.vaults.rename(folder.name, to: name)
                try self.vaults.descriptor.sync()
            }
        }
        try await self.writeLanes.run {
            do {
                try self.indexes.remove(folder)
                for name in try self.vaults.names() where name.hasPrefix(Self.removedPrefix) {
                    try self.vaults.removeTree(name)
                }
                try self.vaults.descriptor.sync()
            } catch {
                throw VaultError(describing: error)
            }
        }
        return isThere
    }
}
