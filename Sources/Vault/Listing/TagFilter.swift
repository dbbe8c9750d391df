internal import NoteFormat

/// A tag that a caller asks for.
enum TagFilter {
    /// More than the longest tag has, with the space and the `#` around it.
    private static let maxBytes = 1024

    /// The tag in the form in which tags are kept; empty where no note can have it.
    ///
    /// - Throws: ``VaultError`` where it is too long to be looked at.
    static func normalized(_ text: String) throws -> String {
        guard text.utf8.count <= self.maxBytes else {
            throw VaultError(.validationError, "a tag may have at most \(self.maxBytes) bytes")
        }
        return TagName.normalized(text) ?? ""
    }
}
