internal import GRDB

extension DatabaseError {
    /// Whether the content of the index caused the error, so that only a rebuild helps.
    ///
    /// The others pass with their cause, such as a lock, a full volume or a lack of memory, or are errors of the
    /// program that a rebuild would only repeat.
    var isDamage: Bool {
        switch self.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL, .SQLITE_INTERRUPT, .SQLITE_ABORT, .SQLITE_FULL,
            .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_NOLFS, .SQLITE_NOMEM,
            .SQLITE_AUTH, .SQLITE_MISUSE, .SQLITE_RANGE, .SQLITE_TOOBIG:
            false
        default: true
        }
    }

    /// Whether the volume is full, be it for a page of the file or for the memory that connections share.
    var isVolumeFull: Bool {
        self.resultCode == .SQLITE_FULL || self.extendedResultCode == .SQLITE_IOERR_SHMSIZE
    }

    /// Why an index is put aside, for the log; SQLite's own messages may quote what was searched for.
    var damageReason: String { "SQLite error \(self.extendedResultCode)" + (self.sql.map { " in \($0)" } ?? "") }

    /// The error as the vault reports it.
    var vaultError: VaultError {
        if self.isVolumeFull { return .volumeFull(self) }
        if self.isDamage || [.SQLITE_MISUSE, .SQLITE_RANGE, .SQLITE_TOOBIG].contains(self.resultCode) {
            return VaultError(.internalError, "the index could not be used", cause: self)
        }
        return VaultError(.unavailable, "the index does not answer as it should", cause: self)
    }
}
