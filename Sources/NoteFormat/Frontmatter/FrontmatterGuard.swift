/// Refuses YAML that would cost more to read than frontmatter is worth, before anything reads it.
///
/// The YAML reader resolves aliases and nests calls as deep as the text says: a few hundred bytes can stand for
/// millions of nodes, or for more calls than a thread's stack holds.
enum FrontmatterGuard {
    static let maxBytes = 64 << 10
    static let maxDepth = 32
    static let maxAliases = 8

    static func check(_ text: String) throws {
        guard text.utf8.count <= self.maxBytes else {
            throw NoteFormatError.frontmatter("it is larger than \(self.maxBytes) bytes")
        }
        var text = text
        try text.withUTF8 { bytes in
            guard self.depthBound(bytes) <= self.maxDepth else {
                throw NoteFormatError.frontmatter("it is nested too deeply")
            }
            guard
                self.count(of: UInt8(ascii: "&"), in: bytes) == 0
                    || self.count(of: UInt8(ascii: "*"), in: bytes) <= self.maxAliases
            else { throw NoteFormatError.frontmatter("it has too many aliases") }
        }
    }

    /// At least as deep as the text can nest: open brackets, growing indents, and dashes in a row on one line.
    private static func depthBound(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var indents: [Int] = []
        var brackets = 0
        var deepest = 0
        var position = 0
        while position < bytes.count {
            let line = self.line(in: bytes, at: position)
            let isEmpty = line.content == line.end
            if !isEmpty {
                while let last = indents.last, last >= line.indent { indents.removeLast() }
                indents.append(line.indent)
            }
            var deepestOfLine = brackets
            for byte in bytes[line.content..<line.end] {
                if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") { brackets += 1 }
                if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") { brackets = max(0, brackets - 1) }
                deepestOfLine = max(deepestOfLine, brackets)
            }
            deepest = max(deepest, indents.count + line.markers + deepestOfLine)
            position = line.end + 1
        }
        return deepest
    }

    private typealias Line = (indent: Int, markers: Int, content: Int, end: Int)

    /// A line's leading spaces, the `- `, `? ` and `: ` after them, and where its content starts and ends.
    private static func line(in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Line {
        var index = start
        var markers = 0
        var indent: Int?
        while index < bytes.count, bytes[index] != 0x0A {
            switch bytes[index] {
            case 0x20, 0x09, 0x0D:
                index += 1
                continue
            case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"):
                guard index + 1 == bytes.count || self.isSpace(bytes[index + 1]) else { break }
                indent = indent ?? index - start
                markers += 1
                index += 1
                continue
            default:
                break
            }
            break
        }
        let content = index
        while index < bytes.count, bytes[index] != 0x0A { index += 1 }
        return (indent ?? content - start, markers, content, index)
    }

    /// How often a sign is where an anchor or an alias may be: behind a separator, and before a name.
    private static func count(of sign: UInt8, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var count = 0
        for index in bytes.indices where bytes[index] == sign {
            guard index + 1 < bytes.count, !self.isSpace(bytes[index + 1]), bytes[index + 1] != sign else { continue }
            let before = index > 0 ? bytes[index - 1] : 0x0A
            if self.isSpace(before) || "[{,-:?".utf8.contains(before) { count += 1 }
        }
        return count
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
}
