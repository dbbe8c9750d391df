/// A heading of a note.
public struct Heading: Sendable, Hashable {
    /// 1 for the outermost, up to 6.
    public let level: Int
    /// The text without Markdown's marks.
    public let text: String
    /// The line within ``Note/body``, from 1.
    public let line: Int

    /// Makes a heading.
    public init(level: Int, text: String, line: Int) {
        self.level = level
        self.text = text
        self.line = line
    }
}
