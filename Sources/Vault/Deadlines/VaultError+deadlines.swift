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
}
