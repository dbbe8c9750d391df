internal import CMarkdown

/// Where a Markdown text has headings, and which of its lines are text rather than code or HTML.
struct BlockMap: Sendable {
    /// A run of lines that belong together: a paragraph or a heading.
    struct Block: Sendable {
        /// 0 for a paragraph.
        let level: Int
        /// The lines, from 0.
        let lines: Range<Int>
        /// Where the text starts within the first line, behind what makes it part of a list or a quote.
        let column: Int
    }

    /// The blocks, in the order of the text.
    let blocks: [Block]

    /// A text of more lines is none that a person wrote; what is behind them has no headings and no links.
    private static let maxLines = 100_000

    init(_ bytes: UnsafeBufferPointer<UInt8>, lines: LineIndex) {
        let count = min(lines.count, Self.maxLines)
        let plain = PlainLines.of(UnsafeBufferPointer(rebasing: bytes[..<lines.starts[count]]))
        self.blocks = plain.withUnsafeBufferPointer { Self.blocks(of: $0, lines: lines, lineCount: count) }
    }

    private static func blocks(
        of text: UnsafeBufferPointer<UInt8>,
        lines: LineIndex,
        lineCount: Int
    ) -> [Block] {
        guard let parser = cmark_parser_new(CMARK_OPT_DEFAULT) else { return [] }
        defer { cmark_parser_free(parser) }
        text.withMemoryRebound(to: CChar.self) { cmark_parser_feed(parser, $0.baseAddress, $0.count) }
        guard let document = cmark_parser_finish(parser) else { return [] }
        defer { cmark_node_free(document) }
        guard let iterator = cmark_iter_new(document) else { return [] }
        defer { cmark_iter_free(iterator) }

        var blocks: [Block] = []
        while true {
            let event = cmark_iter_next(iterator)
            if event == CMARK_EVENT_DONE { return blocks }
            guard event == CMARK_EVENT_ENTER, let node = cmark_iter_get_node(iterator) else { continue }
            let type = cmark_node_get_type(node)
            guard type == CMARK_NODE_HEADING || type == CMARK_NODE_PARAGRAPH else { continue }
            if let block = self.block(node, isHeading: type == CMARK_NODE_HEADING, lineCount: lineCount) {
                blocks.append(block.level > 0 ? self.heading(block, in: text, lines) : block)
            }
            // What is within a block is not looked at.
            cmark_iter_reset(iterator, node, CMARK_EVENT_EXIT)
        }
    }

    private static func block(_ node: OpaquePointer, isHeading: Bool, lineCount: Int) -> Block? {
        let first = Int(cmark_node_get_start_line(node)) - 1
        let last = min(max(Int(cmark_node_get_end_line(node)), first + 1), lineCount)
        guard first >= 0, first < last else { return nil }
        return Block(
            level: isHeading ? Int(cmark_node_get_heading_level(node)) : 0,
            lines: first..<last,
            column: max(Int(cmark_node_get_start_column(node)) - 1, 0)
        )
    }

    /// A heading without the line behind it, which the library counts in with an underlined one.
    private static func heading(_ block: Block, in text: UnsafeBufferPointer<UInt8>, _ lines: LineIndex) -> Block {
        let first = lines[block.lines.lowerBound]
        let start = first.lowerBound + block.column
        if start < first.upperBound, text[start] == UInt8(ascii: "#") {
            return Block(
                level: block.level,
                lines: block.lines.lowerBound..<block.lines.lowerBound + 1,
                column: block.column
            )
        }
        let underline = block.lines.dropFirst().first { line in
            let content = text[lines[line]].drop { $0 == 0x20 || $0 == 0x09 || $0 == UInt8(ascii: ">") }
            let sign = content.first
            return (sign == UInt8(ascii: "=") || sign == UInt8(ascii: "-"))
                && content.allSatisfy { $0 == sign || $0 <= 0x20 }
        }
        let end = underline.map { $0 + 1 } ?? block.lines.upperBound
        return Block(level: block.level, lines: block.lines.lowerBound..<end, column: block.column)
    }
}
