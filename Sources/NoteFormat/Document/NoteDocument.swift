/// A note's file, taken apart into frontmatter and text without a change to its bytes.
struct NoteDocument: Sendable {
    let bytes: [UInt8]
    /// Where the YAML between the two `---` lines is; `nil` where there is no frontmatter.
    let block: Range<Int>?
    /// Where the text begins: behind the closing line, and behind one empty line after it.
    let bodyStart: Int
    /// How the opening line ends.
    let newline: String

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        let fences = bytes.withUnsafeBufferPointer { Self.fences(in: $0) }
        self.block = fences?.block
        self.bodyStart = fences?.bodyStart ?? 0
        self.newline = fences?.newline ?? "\n"
    }

    /// The YAML as text; `nil` where there is none, or where it is not UTF-8.
    var blockText: String? {
        guard let block = self.block else { return nil }
        return String(validating: self.bytes[block], as: UTF8.self)
    }

    private typealias Fences = (block: Range<Int>, bodyStart: Int, newline: String)

    private static func fences(in bytes: UnsafeBufferPointer<UInt8>) -> Fences? {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        guard let opening = self.fence(in: bytes, at: start), opening.hasNewline else { return nil }
        var line = opening.end
        while line < bytes.count {
            if let closing = self.fence(in: bytes, at: line) {
                let body = self.skippingEmptyLine(in: bytes, at: closing.end)
                let isCRLF = bytes[opening.end - 1] == 0x0A && bytes[opening.end - 2] == 0x0D
                return (opening.end..<line, body, isCRLF ? "\r\n" : "\n")
            }
            line = self.nextLine(in: bytes, after: line)
        }
        return nil
    }

    /// A line of three dashes and nothing else but space.
    private static func fence(in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> (end: Int, hasNewline: Bool)? {
        let dash = UInt8(ascii: "-")
        guard start + 3 <= bytes.count, bytes[start] == dash, bytes[start + 1] == dash, bytes[start + 2] == dash else {
            return nil
        }
        var index = start + 3
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x09, 0x0D: index += 1
            case 0x0A: return (index + 1, true)
            default: return nil
            }
        }
        return (index, false)
    }

    private static func nextLine(in bytes: UnsafeBufferPointer<UInt8>, after start: Int) -> Int {
        var index = start
        while index < bytes.count, bytes[index] != 0x0A { index += 1 }
        return min(index + 1, bytes.count)
    }

    private static func skippingEmptyLine(in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Int {
        if start < bytes.count, bytes[start] == 0x0A { return start + 1 }
        if start + 1 < bytes.count, bytes[start] == 0x0D, bytes[start + 1] == 0x0A { return start + 2 }
        return start
    }
}
