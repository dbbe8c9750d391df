internal import Files
internal import GRDB
internal import NoteFormat

extension VaultError {
    /// Brings whatever a call failed with into the module's one error.
    init(describing error: any Error) {
        switch error {
        case let error as VaultError: self = error
        case let error as FilesError: self = error.vaultError
        case let error as DatabaseError: self = error.vaultError
        case let error as NoteFormatError: self = VaultError(.validationError, error.message, hint: error.hint)
        default: self = VaultError(.internalError, "the vault could not be used", cause: error)
        }
    }
}
