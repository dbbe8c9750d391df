internal import Files

extension VaultStore {
    private static let removedPrefix = ".removed-"

    /// Removes a user's vault and index, for good.
    ///
    /// The vault is taken out of its place in one step and removed after that; what an interrupted removal left behind is
    /// removed by the next.
    ///
    /// - Returns: whether the user had a vault.
    /// - Throws: ``VaultError``.
    package func remove(_ user: String) async throws -> Bool {
        let folder = try UserFolder(user: user)
        let isThere = try await self.hasVault(user)
        if isThere {
            try await self.writing(user, folder) { _ in
                let name = "\(Self.removedPrefix)\(UInt64.random(in: .min ... .max))"
                try self.vaults.rename(folder.name, to: name)
                try self.vaults.sync()
            }
        }
        try await self.writeLanes.run {
            do {
                try self.indexes.remove(folder)
                // Also what imports have put aside.
                for name in try self.vaults.names()
                where name.hasPrefix(Self.removedPrefix) || ReplacedFolder.isOne(name, of: folder) {
                    try self.vaults.removeTree(name)
                }
                try self.vaults.sync()
            } catch {
                throw VaultError(describing: error)
            }
        }
        return isThere
    }
}
