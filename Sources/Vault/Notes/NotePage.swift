/// One page of a list of notes.
public struct NotePage: Sendable, Hashable {
    /// The notes of the page.
    public let notes: [NoteSummary]
    /// What to ask for the next page with; `nil` on the last one.
    public let nextCursor: String?

    /// Makes a page.
    public init(notes: [NoteSummary], nextCursor: String?) {
        self.notes = notes
        self.nextCursor = nextCursor
    }
}
