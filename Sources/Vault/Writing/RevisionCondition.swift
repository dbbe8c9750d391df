/// What a write expects of the note it is about to replace.
package enum RevisionCondition: Sendable, Hashable {
    /// The note is in this revision.
    case revision(String)
    /// There is no such note.
    case none
}
