/// The part of a Markdown link in brackets: `(path.md "title")`.
struct LinkDestination {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let limit: Int
    private var index: Int

    /// Behind the closing bracket, once ``parse()`` has found one.
    private(set) var end: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        self.bytes = bytes
        self.index = range.lowerBound
        // Longer than any path; also what keeps a text of many brackets from being read again and again.
        self.limit = min(range.upperBound, range.lowerBound + 2048)
        self.end = range.lowerBound
    }

    /// Reads up to the closing bracket.
    ///
    /// - Returns: the destination without title, or `nil` where this is no link after all.
    mutating func parse() -> String? {
        self.skipSpace()
        let target = self.byte == UInt8(ascii: "<") ? self.bracketed() : self.bare()
        guard let target else { return nil }
        self.skipSpace()
        if let quote = self.byte, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            self.index += 1
            while let byte = self.byte, byte != quote { self.index += 1 }
            self.index += 1
            self.skipSpace()
        }
        guard self.byte == UInt8(ascii: ")") else { return nil }
        self.end = self.index + 1
        return target
    }

    private var byte: UInt8? { self.index < self.limit ? self.bytes[self.index] : nil }

    private mutating func skipSpace() {
        while let byte = self.byte, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { self.index += 1 }
    }

    private mutating func bracketed() -> String? {
        self.index += 1
        let start = self.index
        while let byte = self.byte, byte != UInt8(ascii: ">") {
            guard byte != 0x0A else { return nil }
            self.index += 1
        }
        guard self.byte != nil else { return nil }
        self.index += 1
        return String(decoding: self.bytes[start..<self.index - 1], as: UTF8.self)
    }

    private mutating func bare() -> String? {
        let start = self.index
        var depth = 0
        while let byte = self.byte, byte > 0x20 {
            if byte == UInt8(ascii: "(") {
                // As deep as CommonMark asks for.
                guard depth < 32 else { return nil }
                depth += 1
            }
            if byte == UInt8(ascii: ")") {
                guard depth > 0 else { break }
                depth -= 1
            }
            self.index += 1
        }
        return String(decoding: self.bytes[start..<self.index], as: UTF8.self)
    }
}
