/// The lines of a text that links are on, as backlinks show them.
package struct LinkContext {
    private static let maxBytes = 240
    private let bytes: [UInt8]
    private let lines: LineIndex

    package init(_ body: String) {
        self.bytes = Array(body.utf8)
        self.lines = self.bytes.withUnsafeBufferPointer { LineIndex($0) }
    }

    /// The line that an offset is in, without the space around it; of a long one, what is around the offset.
    package func text(at offset: Int) -> String {
        let line = self.lines[self.lines.line(of: offset)]
        guard line.count > Self.maxBytes else {
            return Whitespace.trimmed(String(decoding: self.bytes[line], as: UTF8.self)[...])
        }
        let start = self.boundary(max(line.lowerBound, offset - Self.maxBytes / 3))
        let end = self.boundary(min(line.upperBound, start + Self.maxBytes))
        let text = Whitespace.trimmed(String(decoding: self.bytes[start..<end], as: UTF8.self)[...])
        return (start > line.lowerBound ? "…" : "") + text + (end < line.upperBound ? "…" : "")
    }

    /// The start of the character that an offset is in.
    private func boundary(_ offset: Int) -> Int {
        var offset = offset
        while offset > 0, offset < self.bytes.count, self.bytes[offset] & 0xC0 == 0x80 { offset -= 1 }
        return offset
    }
}
