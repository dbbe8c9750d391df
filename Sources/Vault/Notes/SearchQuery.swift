public import Foundation

/// What to search for.
public struct SearchQuery: Sendable, Hashable {
    /// The words: knows `"phrases"`, `prefix*`, `-not`, `tag:x`, `folder:x` and `title:x`.
    public var text: String
    /// How many hits a page has, 1 to 100.
    public var limit: Int
    /// Only notes in this folder and the folders within it.
    public var folder: String?
    /// Only notes with all of these tags.
    public var tags: [String]
    /// Only notes changed after this time.
    public var updatedAfter: Date?
    /// The ``SearchPage/nextCursor`` of the page before.
    public var cursor: String?

    /// Makes a query.
    public init(
        text: String,
        limit: Int = 50,
        folder: String? = nil,
        tags: [String] = [],
        updatedAfter: Date? = nil,
        cursor: String? = nil
    ) {
        self.text = text
        self.limit = limit
        self.folder = folder
        self.tags = tags
        self.updatedAfter = updatedAfter
        self.cursor = cursor
    }
}
