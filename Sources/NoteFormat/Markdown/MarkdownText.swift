/// What a note's text says about itself: headings, links and tags.
struct MarkdownText: Sendable {
    let outline: [Heading]
    /// At least 1.
    let lineCount: Int
    let links: [RawLink]
    /// The tags in the text, sorted.
    let tags: Set<String>

    /// More links than a person writes into one note; those behind them are not followed.
    private static let maxLinks = 5000
    private static let maxTags = 500
    private static let maxHeadingBytes = 1000

    init(_ body: String) {
        var body = body
        self = body.withUTF8 { MarkdownText($0) }
    }

    private init(_ bytes: UnsafeBufferPointer<UInt8>) {
        let lines = LineIndex(bytes)
        let map = BlockMap(bytes, lines: lines)
        var outline: [Heading] = []
        var links: [RawLink] = []
        var tags: Set<String> = []
        for block in map.blocks {
            let range = lines.starts[block.lines.lowerBound]..<lines.starts[block.lines.upperBound]
            var scanner = InlineScanner(bytes, range)
            scanner.scan(tags: block.level == 0 && tags.count < Self.maxTags)
            // bounded: a list
            if links.count < Self.maxLinks { links += scanner.links.prefix(Self.maxLinks - links.count) }
            for tag in scanner.tags where tags.count < Self.maxTags { tags.insert(tag) }
            if block.level > 0, let heading = Self.heading(block, bytes, lines) { outline.append(heading) }
        }
        self.outline = outline
        self.lineCount = lines.count
        self.links = links
        self.tags = tags
    }

    private static func heading(
        _ block: BlockMap.Block,
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ lines: LineIndex
    ) -> Heading? {
        let first = lines[block.lines.lowerBound]
        let start = min(first.lowerBound + block.column, first.upperBound)
        var text = String(decoding: bytes[start..<first.upperBound].prefix(self.maxHeadingBytes), as: UTF8.self)
        if text.utf8.first == UInt8(ascii: "#"), block.lines.count == 1 {
            text = self.withoutHashes(text)
        } else {
            text = Whitespace.trimmed(text[...])
            // Underlined: the last line is the underline.
            for line in block.lines.dropFirst().dropLast() where text.utf8.count < self.maxHeadingBytes {
                // bounded: bytes
                let more = bytes[lines[line]].prefix(self.maxHeadingBytes - text.utf8.count)
                text += " " + Whitespace.trimmed(String(decoding: more, as: UTF8.self)[...])
            }
        }
        return Heading(level: block.level, text: InlineText.plain(text), line: block.lines.lowerBound + 1)
    }

    private static func withoutHashes(_ line: String) -> String {
        var text = Whitespace.trimmed(line.drop { $0 == "#" })
        let closing = text.reversed().prefix { $0 == "#" }.count
        guard closing > 0 else { return text }
        let before = text.dropLast(closing)
        if before.isEmpty || before.last == " " || before.last == "\t" { text = Whitespace.trimmed(before) }
        return text
    }
}
