/// A change of a note, as other workers get to know it.
package struct NoteChange: Sendable, Hashable {
    package let path: String
    /// The revision the note is in; `nil` where it was deleted.
    package let revision: String?
    /// When the note was changed, in milliseconds since 1970 on the writer's clock.
    package let updated: Int

    package init(path: String, revision: String?, updated: Int) {
        self.path = path
        self.revision = revision
        self.updated = updated
    }
}
