internal import Files
internal import Glibc

extension VaultStore {
    /// All users that have a vault, be it an empty one, in the order of their folders.
    ///
    /// - Throws: ``VaultError``.
    package func users() async throws -> [String] {
        try await self.writeLanes.run {
            do {
                return try self.vaults.names().sorted().filter { name in
                    try self.vaults.status(of: name).map { Folder.isFolder($0) } ?? false
                }.compactMap { UserFolder.user(of: $0) }
            } catch {
                throw VaultError(describing: error)
            }
        }
    }

    /// Whether a user has a vault, be it an empty one.
    ///
    /// - Throws: ``VaultError``.
    package func hasVault(_ user: String) async throws -> Bool {
        let folder = try UserFolder(user: user)
        return try await self.writeLanes.run {
            do {
                return try VaultFolder.open(folder, in: self.vaults) != nil
            } catch {
                throw VaultError(describing: error)
            }
        }
    }
}
