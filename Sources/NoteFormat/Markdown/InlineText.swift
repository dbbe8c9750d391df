/// A heading's text without Markdown's marks.
struct InlineText {
    private let bytes: [UInt8]
    private var index = 0
    private var result: [UInt8] = []
    /// Whether what is left is known to have no `](`.
    private var hasNoLink = false

    static func plain(_ text: String) -> String {
        guard text.utf8.contains(where: { "*_`~[]\\".utf8.contains($0) }) else { return Whitespace.trimmed(text[...]) }
        var inline = InlineText(Array(text.utf8))
        while inline.index < inline.bytes.count { inline.step() }
        return Whitespace.trimmed(String(decoding: inline.result, as: UTF8.self)[...])
    }

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    private func byte(_ position: Int) -> UInt8? {
        position >= 0 && position < self.bytes.count ? self.bytes[position] : nil
    }

    private mutating func step() {
        let byte = self.bytes[self.index]
        switch byte {
        case UInt8(ascii: "["):
            if self.takeWikiLink() || self.takeLink() { return }
            self.result.append(byte)
        case UInt8(ascii: "\\"):
            guard let next = self.byte(self.index + 1), next < 0x80, !Self.isWord(next), next > 0x20 else {
                self.result.append(byte)
                break
            }
            self.result.append(next)
            self.index += 1
        case UInt8(ascii: "`"): break
        case UInt8(ascii: "*"), UInt8(ascii: "_"), UInt8(ascii: "~"):
            if !self.isMark() { self.result.append(byte) }
        default: self.result.append(byte)
        }
        self.index += 1
    }

    /// Whether the sign here is emphasis or strikethrough; within a word or between spaces it is itself.
    private func isMark() -> Bool {
        let before = self.byte(self.index - 1)
        let after = self.byte(self.index + 1)
        if Self.isWord(before) && Self.isWord(after) { return false }
        if self.bytes[self.index] == UInt8(ascii: "~") {
            return before == UInt8(ascii: "~") || after == UInt8(ascii: "~")
        }
        return !(Self.isSpace(before) && Self.isSpace(after))
    }

    private static func isWord(_ byte: UInt8?) -> Bool {
        guard let byte else { return false }
        return byte >= 0x80 || (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A)
    }

    private static func isSpace(_ byte: UInt8?) -> Bool { byte.map { $0 <= 0x20 } ?? true }

    /// Takes `[[Target|shown]]`.
    private mutating func takeWikiLink() -> Bool {
        guard self.byte(self.index + 1) == UInt8(ascii: "[") else { return false }
        var position = self.index + 2
        var shown = position
        while let byte = self.byte(position), byte != UInt8(ascii: "["), byte != UInt8(ascii: "]") {
            position += 1
            if byte == UInt8(ascii: "|") { shown = position }
        }
        guard self.byte(position) == UInt8(ascii: "]"), self.byte(position + 1) == UInt8(ascii: "]") else {
            return false
        }
        self.result += self.bytes[shown..<position]
        self.index = position + 2
        return true
    }

    /// Takes `[shown](target)`.
    private mutating func takeLink() -> Bool {
        guard !self.hasNoLink else { return false }
        var position = self.index + 1
        while self.byte(position) != UInt8(ascii: "]") || self.byte(position + 1) != UInt8(ascii: "(") {
            position += 1
            guard position < self.bytes.count else {
                self.hasNoLink = true
                return false
            }
        }
        guard let close = self.bytes[position...].firstIndex(of: UInt8(ascii: ")")) else {
            self.hasNoLink = true
            return false
        }
        self.result += self.bytes[self.index + 1..<position].filter { !"[]*`".utf8.contains($0) }
        self.index = close + 1
        return true
    }
}
