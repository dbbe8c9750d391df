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
        if self.resultCode == .SQLITE_INTERRUPT { return .stopped(self) }
        if self.isDamage || [.SQLITE_MISUSE, .SQLITE_RANGE, .SQLITE_TOOBIG].contains(self.resultCode) {
            return VaultError(.internalError, "the index could not be used", cause: self)
        }
        return VaultError(.unavailable, self.sentence, hint: "Try again in a moment.", cause: self)
    }

    /// What happened to the index, for a client.
    private var sentence: String {
        switch self.extendedResultCode {
        case .SQLITE_IOERR_LOCK, .SQLITE_IOERR_UNLOCK, .SQLITE_IOERR_RDLOCK, .SQLITE_IOERR_CHECKRESERVEDLOCK,
            .SQLITE_IOERR_BLOCKED, .SQLITE_NOLFS:
            return "the volume of the index cannot lock files"
        case .SQLITE_READONLY_ROLLBACK, .SQLITE_READONLY_RECOVERY, .SQLITE_READONLY_CANTLOCK, .SQLITE_READONLY_CANTINIT,
            .SQLITE_READONLY_DBMOVED:
            return "the index is being recovered or replaced"
        default: break
        }
        switch self.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL: return "the index is in use by another worker"
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: return "the index cannot be written"
        case .SQLITE_CANTOPEN: return "the index cannot be opened"
        case .SQLITE_NOMEM: return "the server has no memory left for the call"
        case .SQLITE_IOERR: return "the volume of the index failed to read or write"
        default: return "the index does not answer as it should"
        }
    }
}

extension VaultError {
    /// Whether a query was interrupted.
    var isInterrupt: Bool { (self.cause as? DatabaseError)?.resultCode == .SQLITE_INTERRUPT }
}
