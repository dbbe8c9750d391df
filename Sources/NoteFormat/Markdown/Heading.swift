/// A heading of a note.
package struct Heading: Sendable, Hashable {
    /// 1 for the outermost, up to 6.
    package let level: Int
    /// The text without Markdown's marks.
    package let text: String
    /// The line within the note's body, from 1.
    package let line: Int
}
