package import Foundation

/// What to search for.
package struct SearchQuery: Sendable, Hashable {
    /// The words: knows `"phrases"`, `prefix*`, `-not`, `tag:x`, `folder:x` and `title:x`.
    package var text: String
    /// How many hits a page has, 1 to 100.
    package var limit: Int
    /// Only notes in this folder and the folders within it.
    package var folder: String?
    /// Only notes with all of these tags.
    package var tags: [String]
    /// Only notes changed after this time.
    package var updatedAfter: Date?
    /// The ``Page/nextCursor`` of the page before.
    package var cursor: String?

    package init(
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
