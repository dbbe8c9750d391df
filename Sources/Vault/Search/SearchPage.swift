/// One page of what a search found.
package struct SearchPage: Sendable, Hashable {
    /// The hits, best first.
    package let hits: [SearchHit]
    /// What to ask for the next page with; `nil` on the last one.
    package let nextCursor: String?
}
