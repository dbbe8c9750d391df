/// One page of a list.
package struct Page<Content: Sendable>: Sendable {
    package let content: Content
    /// What to ask for the next page with; `nil` on the last one.
    package let nextCursor: String?
}
