/// What a write made.
package struct WrittenNote: Sendable, Hashable {
    /// The note as it is now.
    package let note: Note
    /// Whether there was no such note before.
    package let created: Bool
    /// Whether the note is on disk but lists and search will know of it only after the next write.
    package let indexPending: Bool
}
