internal import Files

extension FilesError {
    /// The failure as the vault reports it.
    var vaultError: VaultError {
        switch self.code {
        case .symbolicLink: VaultError(.invalidPath, self.message, traversal: true)
        case .notAFile, .notAFolder: VaultError(.invalidPath, self.message)
        case .nameTooLong: VaultError(.invalidPath, "the path is too long for the volume", cause: self)
        case .volumeFull: .volumeFull(self)
        default:
            if let sentence = self.sentence {
                VaultError(.unavailable, sentence, hint: self.clientHint, cause: self)
            } else {
                VaultError(.internalError, "a file of the vault could not be used", cause: self)
            }
        }
    }

    /// What happened to the volume, for a client; `nil` where the error is not the volume's.
    private var sentence: String? {
        switch self.code {
        case .readOnly: "the volume is read-only; nothing was changed"
        case .notPermitted: "the volume cannot be written; nothing was changed"
        case .disconnected: "the volume is not connected"
        case .stale: "the volume has been replaced on its server"
        case .timedOut: "the volume did not answer in time"
        case .noLocks: "the volume cannot lock files"
        case .unsupported: "the volume does not support what vaults need"
        case .exhausted: "the server has no files or memory left for the call"
        case .unresponsive: "the volume does not answer as it should"
        case .changed: "the vault was changed during the call"
        default: nil
        }
    }

    private var clientHint: String {
        switch self.code {
        case .readOnly, .notPermitted, .noLocks, .unsupported: "The server's operator has to mend this."
        default: "Try again in a moment."
        }
    }
}
