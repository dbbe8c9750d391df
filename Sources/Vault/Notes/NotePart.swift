/// A part of a note's text.
package struct NotePart: Sendable, Hashable {
    /// Where a text goes on.
    package struct Position: Sendable, Hashable {
        /// The line, from 1.
        package let line: Int
        /// How many bytes of the line are before it; 0 at the line's start.
        package let byte: Int
    }

    /// Whole lines with their ends, unless one line alone is too long.
    package let text: String
    /// The first line, from 1.
    package let firstLine: Int
    package let lastLine: Int
    /// Where the rest of what was asked for begins; `nil` where there is none.
    package let next: Position?
    /// Whether this is all of the note's text.
    package let isWhole: Bool
}
