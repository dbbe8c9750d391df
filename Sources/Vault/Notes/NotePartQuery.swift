/// Which part of a note's text to read.
package struct NotePartQuery: Sendable, Hashable {
    /// The text of a heading: only what is below it, up to the next heading of its level or a higher one.
    package var section: String?
    /// The line to begin with, from 1.
    package var line: Int?
    /// How many bytes of that line to leave out.
    package var byte: Int?
    /// The most bytes of the part.
    package var maxBytes: Int
    /// The most bytes of the part as JSON.
    package var maxEscapedBytes: Int

    package init(
        section: String? = nil,
        line: Int? = nil,
        byte: Int? = nil,
        maxBytes: Int,
        maxEscapedBytes: Int = .max
    ) {
        self.section = section
        self.line = line
        self.byte = byte
        self.maxBytes = maxBytes
        self.maxEscapedBytes = maxEscapedBytes
    }

    /// Whether it asks for the text from its start.
    var isFromStart: Bool { self.section == nil && self.line ?? 1 == 1 && self.byte ?? 0 == 0 }
}
