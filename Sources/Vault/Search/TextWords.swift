/// The words of a text, one after the other; of a script without spaces, every character.
struct TextWords {
    struct Word {
        let range: Range<Int>
        let isASCII: Bool
        let isUnspaced: Bool
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var index: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>, from index: Int = 0) {
        self.bytes = bytes
        self.index = index
    }

    mutating func skip(to index: Int) { self.index = max(self.index, index) }

    mutating func next() -> Word? {
        var start: Int?
        var isASCII = true
        while self.index < self.bytes.count {
            let byte = self.bytes[self.index]
            if byte < 0x80 {
                if Self.isWordByte(byte) {
                    start = start ?? self.index
                } else if let start {
                    return Word(range: start..<self.index, isASCII: isASCII, isUnspaced: false)
                }
                self.index += 1
                continue
            }
            let (scalar, length) = self.decode()
            if UnspacedScript.contains(scalar) || scalar.properties.generalCategory == .otherSymbol {
                if let start { return Word(range: start..<self.index, isASCII: isASCII, isUnspaced: false) }
                self.index += length
                return Word(range: self.index - length..<self.index, isASCII: false, isUnspaced: true)
            }
            if WordCharacter.contains(scalar) {
                start = start ?? self.index
                isASCII = false
            } else if let start {
                return Word(range: start..<self.index, isASCII: isASCII, isUnspaced: false)
            }
            self.index += length
        }
        return start.map { Word(range: $0..<self.index, isASCII: isASCII, isUnspaced: false) }
    }

    /// Whether a byte can be part of a word.
    static func mayBeWord(_ byte: UInt8) -> Bool { byte >= 0x80 || self.isWordByte(byte) }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A)
    }

    /// The character here and how many bytes it has; the text is UTF-8.
    private func decode() -> (Unicode.Scalar, Int) {
        let first = UInt32(self.bytes[self.index])
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard self.index + length <= self.bytes.count else { return ("\u{FFFD}", self.bytes.count - self.index) }
        var value = first & (0xFF >> UInt32(length + 1))
        for offset in 1..<length { value = value << 6 | UInt32(self.bytes[self.index + offset] & 0x3F) }
        return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
    }
}
