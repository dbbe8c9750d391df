/// A copy of a Markdown text in which only what makes blocks is left.
///
/// The blocks are all that is asked of the Markdown library. It also parses what is within them, at a cost that
/// grows with the square of some hostile texts; so the characters that mean something only within a block become
/// letters before it sees them. Lengths and lines stay, and so do all positions.
enum PlainLines {
    /// Deeper than any list that a person writes; markers further to the right are taken for text.
    private static let maxIndent = 64

    static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var result = [UInt8](bytes)
        var start = 0
        while start < result.count {
            var end = start
            while end < result.count, result[end] != 0x0A { end += 1 }
            self.flatten(&result, start..<end)
            start = end + 1
        }
        return result
    }

    private static func flatten(_ bytes: inout [UInt8], _ line: Range<Int>) {
        let content = self.contentStart(bytes, line)
        if content == line.lowerBound + self.maxIndent,
            let first = (content..<line.upperBound).first(where: { bytes[$0] != 0x20 && bytes[$0] != 0x09 })
        {
            bytes[first] = UInt8(ascii: "x")
        }
        if self.isThematicBreak(bytes, content..<line.upperBound) { return }
        let isHTML = content < line.upperBound && bytes[content] == UInt8(ascii: "<")
        for index in content..<line.upperBound {
            switch bytes[index] {
            case UInt8(ascii: "*"), UInt8(ascii: "_"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "!"),
                UInt8(ascii: "&"), UInt8(ascii: "\\"), UInt8(ascii: ":"):
                // '!' and '[' open some HTML blocks, and ']' closes one.
                if !isHTML { bytes[index] = UInt8(ascii: "x") }
            case UInt8(ascii: "<") where index > content && !self.closesHTML(bytes, index, line.upperBound):
                bytes[index] = UInt8(ascii: "x")
            default:
                break
            }
        }
    }

    /// Behind the indent, the quotes and the list markers of a line.
    private static func contentStart(_ bytes: [UInt8], _ line: Range<Int>) -> Int {
        var index = line.lowerBound
        let limit = min(line.upperBound, line.lowerBound + self.maxIndent)
        while index < limit {
            switch bytes[index] {
            case 0x20, 0x09, UInt8(ascii: ">"):
                index += 1
            case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "*"):
                guard self.isBlank(bytes, index + 1, line.upperBound) else { return index }
                index += 1
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                guard let end = self.numberEnd(bytes, index, line.upperBound) else { return index }
                index = end
            default:
                return index
            }
        }
        return index
    }

    private static func numberEnd(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Int? {
        var index = start
        while index < end, bytes[index] >= 0x30, bytes[index] <= 0x39 { index += 1 }
        guard index < end, bytes[index] == UInt8(ascii: ".") || bytes[index] == UInt8(ascii: ")"),
            self.isBlank(bytes, index + 1, end)
        else { return nil }
        return index + 1
    }

    private static func isBlank(_ bytes: [UInt8], _ index: Int, _ end: Int) -> Bool {
        index >= end || bytes[index] == 0x20 || bytes[index] == 0x09 || bytes[index] == 0x0D
    }

    private static func isThematicBreak(_ bytes: [UInt8], _ line: Range<Int>) -> Bool {
        line.allSatisfy { "*_ \t\r".utf8.contains(bytes[$0]) }
    }

    /// Whether a `<` may be the start of what ends a block of HTML.
    private static func closesHTML(_ bytes: [UInt8], _ index: Int, _ end: Int) -> Bool {
        index + 1 < end && bytes[index + 1] == UInt8(ascii: "/")
    }
}
