internal import Files
internal import GRDB

extension VaultError {
    /// The volume has no room for what a call has to write.
    static func volumeFull(_ cause: any Error) -> VaultError {
        VaultError(
            .unavailable,
            "the volume is full; nothing was changed",
            hint: "Notes can still be read and deleted: delete or shorten some to make room.",
            cause: cause
        )
    }

    /// Whether a step failed because the volume, or a quota on it, is full.
    static func isVolumeFull(_ error: any Error) -> Bool {
        switch error {
        case let error as FilesError: error.code == .volumeFull
        case let error as DatabaseError: error.isVolumeFull
        case let error as VaultError: error.cause.map { self.isVolumeFull($0) } ?? false
        default: false
        }
    }
}
