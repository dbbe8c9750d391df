internal import Files
internal import Glibc

extension VaultStore {
    private static let removedPrefix = ".removed-"

    /// All users that have a vault, be it an empty one, in the order of their folders.
    ///
    /// - Throws: ``VaultError``.
    package func users() async throws -> [UserFolder] {
        try await self.writeThreads.run {
            try self.vaults.folder.names().sorted().filter { name in
                try self.vaults.folder.status(of: name).map { Folder.isFolder($0) } ?? false
            }.compactMap { UserFolder(name: $0) }
        }
    }

    /// Whether a user has a vault, be it an empty one.
    ///
    /// - Throws: ``VaultError``.
    package func hasVault(_ user: String) async throws -> Bool {
        try await self.hasVault(try UserFolder(user: user))
    }

    func hasVault(_ user: UserFolder) async throws -> Bool {
        try await self.writeThreads.run { try VaultFolder.open(user, in: self.vaults.folder, self.look) != nil }
    }

    /// Removes a user's vault and index for good, with what imports and rebuilds have put aside.
    ///
    /// The vault is renamed in one step and removed after that; what an interrupted removal left behind is removed by
    /// the next.
    ///
    /// - Returns: whether the user had a vault.
    /// - Throws: ``VaultError``.
    package func remove(_ user: String) async throws -> Bool {
        let user = try UserFolder(user: user)
        let isThere = try await self.hasVault(user)
        if isThere {
            try await self.holding(user) { _, turn in
                if let turn {
                    try turn.confirm()
                    _ = turn.advance(isGap: true)
                }
                let name = "\(Self.removedPrefix)\(UInt64.random(in: .min ... .max))"
                try self.vaults.folder.rename(user.name, to: name)
                try self.vaults.folder.sync()
            }
        }
        try await self.writeThreads.run {
            try self.indexes.remove(user)
            for name in try self.vaults.folder.names()
            where name.hasPrefix(Self.removedPrefix) || ReplacedFolder.isOne(name, of: user) {
                try self.vaults.folder.removeTree(name)
            }
            try self.vaults.folder.sync()
        }
        return isThere
    }
}
