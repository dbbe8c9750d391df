/// What a write made.
public struct WrittenNote: Sendable, Hashable {
    /// The note as it is now.
    public let note: Note
    /// Whether there was no such note before.
    public let created: Bool
    /// Whether the note is on disk but lists and search will know of it only after the next write.
    public let indexPending: Bool

    /// Makes a result.
    public init(note: Note, created: Bool, indexPending: Bool) {
        self.note = note
        self.created = created
        self.indexPending = indexPending
    }
}
