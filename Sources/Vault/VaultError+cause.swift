internal import Files
internal import GRDB
internal import NoteFormat

extension VaultError {
    /// Maps any error of a call to the module's own.
    init(describing error: any Error) {
        switch error {
        case let error as VaultError: self = error
        case let error as FilesError: self = error.vaultError
        case is StaleNote:
            self = VaultError(
                .unavailable,
                "the last changes of the note are not visible on this worker yet",
                hint: "Try again in a moment.",
                cause: error
            )
        case is LeaseLost:
            self = VaultError(.unavailable, "another worker has taken the vault over; nothing was changed")
        case let error as DatabaseError: self = error.vaultError
        case let error as NoteFormatError: self = VaultError(.validationError, error.message, hint: error.hint)
        default: self = VaultError(.internalError, "the vault could not be used", cause: error)
        }
    }
}
