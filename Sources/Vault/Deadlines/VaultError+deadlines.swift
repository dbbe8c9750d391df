extension VaultError {
    /// A deadline has passed, and nothing was changed.
    static let volumeHangs = VaultError(
        .unavailable,
        "the volume does not answer in time; nothing was changed",
        hint: "Try again in a moment."
    )

    /// A deadline has passed while a write was being carried out.
    static let outcomeUnknown = VaultError(
        .unavailable,
        "the volume does not answer in time; the change may still be carried out",
        hint: "Read the note before you try again: its revision tells whether it was changed."
    )

    /// A query was interrupted: its time was up, its caller has gone, or the store is draining.
    static func stopped(_ cause: any Error) -> VaultError {
        VaultError(
            .unavailable,
            "the query took too long and was stopped",
            hint: "Ask for less: fewer or rarer words, one folder, or a smaller limit.",
            cause: cause
        )
    }

    /// A query was ended for its caller, which is answered only where it has closed no more than its own side.
    static let callerGone = VaultError(
        .unavailable,
        "the caller has gone",
        hint: "Keep both sides of the connection open until the answer has come."
    )

    static let draining = VaultError(
        .unavailable,
        "the server is stopping",
        hint: "Try again in a moment: another worker answers, or this one after its restart."
    )
}
