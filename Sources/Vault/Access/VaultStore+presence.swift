extension VaultStore {
    /// Whether a user has a vault, be it an empty one.
    ///
    /// - Throws: ``VaultError``.
    public func hasVault(_ user: String) async throws -> Bool {
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
