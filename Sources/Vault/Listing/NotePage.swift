/// One page of a list of notes.
package struct NotePage: Sendable, Hashable {
    package let notes: [NoteSummary]
    /// What to ask for the next page with; `nil` on the last one.
    package let nextCursor: String?
}
