/// What a list of notes is ordered by.
package enum NoteSort: String, Sendable, Hashable, CaseIterable {
    /// By path, whatever the case.
    case path
    /// Last updated first.
    case updated
    /// By title, whatever the case.
    case title
}
