/// The lines of a text that links are on, as backlinks show them.
struct LinkContext {
    private static let maxCharacters = 200
    private let bytes: [UInt8]
    private let lines: LineIndex

    init(_ body: String) {
        self.bytes = Array(body.utf8)
        self.lines = self.bytes.withUnsafeBufferPointer { LineIndex($0) }
    }

    /// A line, from 0, without the space around it.
    func text(ofLine line: Int) -> String {
        guard line < self.lines.count else { return "" }
        // More than is shown, so that a line of a megabyte is not copied for every link on it.
        let text = String(decoding: self.bytes[self.lines[line]].prefix(Self.maxCharacters * 8), as: UTF8.self)
        let trimmed = LinkText.trimmed(text[...])
        return trimmed.count > Self.maxCharacters ? trimmed.prefix(Self.maxCharacters) + "…" : trimmed
    }
}
