internal import Files

extension FilesError {
    /// The failure as the vault reports it.
    var vaultError: VaultError {
        switch self.code {
        case .symbolicLink: VaultError(.invalidPath, self.message, traversal: true)
        case .notAFile, .notAFolder: VaultError(.invalidPath, self.message)
        case .volumeFull: .volumeFull(self)
        case .notPermitted:
            VaultError(.unavailable, "the volume cannot be written; nothing was changed", cause: self)
        case .unresponsive: VaultError(.unavailable, "the volume does not answer as it should", cause: self)
        case .nameTooLong: VaultError(.invalidPath, "the path is too long for the volume", cause: self)
        default: VaultError(.internalError, "a file of the vault could not be used", cause: self)
        }
    }
}
