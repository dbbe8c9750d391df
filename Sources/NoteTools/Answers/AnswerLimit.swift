/// How many bytes of UTF-8 an answer may have.
///
/// Its texts and its structured content are counted separately, before they are escaped for the response.
package struct AnswerLimit: Sendable, Hashable {
    /// 60,000 bytes.
    package static let standard = AnswerLimit(bytes: 60_000)
    /// With less, what a note's answer always has would leave no room for its text.
    package static let least = 32 << 10

    package let bytes: Int

    /// - Parameter bytes: at least ``least``.
    package init(bytes: Int) {
        precondition(bytes >= Self.least)
        self.bytes = bytes
    }

    /// The most bytes that a note's text may take in one answer as JSON: with all else, twice, less than six times
    /// ``bytes``, whatever has to be escaped.
    var escapedBytes: Int { 2 * self.bytes }

    /// Of a note's frontmatter.
    var metadataBytes: Int { self.bytes / 4 }
    /// Of a note's outline, next to its text.
    var outlineBytes: Int { self.bytes / 8 }
    /// Of a note's links.
    var linkBytes: Int { self.bytes / 8 }

    /// What is kept free for the fields behind a note's text, and for the words around it.
    static let noteTailBytes = 640
    /// Of a title in UTF-8; longer than any that a note has.
    static let titleBytes = 2000
    /// Of a note's text, unless the client asks for another number.
    static let textBytes = 32 << 10
}
