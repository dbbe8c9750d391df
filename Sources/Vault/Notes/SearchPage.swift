/// One page of what a search found.
public struct SearchPage: Sendable, Hashable {
    /// The hits, best first.
    public let hits: [SearchHit]
    /// What to ask for the next page with; `nil` on the last one.
    public let nextCursor: String?

    /// Makes a page.
    public init(hits: [SearchHit], nextCursor: String?) {
        self.hits = hits
        self.nextCursor = nextCursor
    }
}
