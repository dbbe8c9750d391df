/// Which page of a list.
package struct PageQuery: Sendable, Hashable {
    /// How many elements a page has, 1 to 1000.
    package var limit: Int
    /// The ``Page/nextCursor`` of the page before.
    package var cursor: String?

    package static let maxLimit = 1000

    package init(limit: Int = Self.maxLimit, after cursor: String? = nil) {
        self.limit = limit
        self.cursor = cursor
    }

    /// - Throws: ``VaultError`` where the limit breaks the rule.
    static func check(limit: Int, atMost most: Int = Self.maxLimit) throws {
        guard (1...most).contains(limit) else {
            throw VaultError(.validationError, "limit must be between 1 and \(most)")
        }
    }
}
