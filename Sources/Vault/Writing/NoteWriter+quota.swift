extension NoteWriter {
    /// Checks that a vault may grow.
    ///
    /// - Parameters:
    ///   - bytes: by how much a note's file grows; below 1 where it does not, which is always allowed.
    ///   - isNew: whether it is a note more.
    /// - Throws: ``VaultError`` with ``VaultError/Code/quotaExceeded``.
    func checkQuota(growing bytes: Int, isNew: Bool) throws {
        guard bytes > 0 || isNew else { return }
        let limits = self.context.limits
        let size = try self.index.read(self.vault) { db in
            try IndexReader(db: db, user: self.user, scope: .whole).size()
        }
        if isNew, size.notes >= limits.maxNotes {
            throw VaultError(
                .quotaExceeded,
                "the vault has \(size.notes) notes, and may have \(limits.maxNotes); nothing was changed",
                hint: "Delete notes that are no longer needed, or append to one that exists."
            )
        }
        let used = size.bytes + size.indexBytes
        guard used + bytes > limits.maxVaultBytes else { return }
        throw VaultError(
            .quotaExceeded,
            "the vault takes \(used) bytes with its index, and may take \(limits.maxVaultBytes); nothing was changed",
            hint: "Delete or shorten notes to make room; reading them works as before."
        )
    }
}
