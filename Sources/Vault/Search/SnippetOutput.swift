/// A snippet in the making.
struct SnippetOutput {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let start: Int
    private var taken: Int
    private var result: [UInt8] = []

    init(_ bytes: UnsafeBufferPointer<UInt8>, start: Int) {
        self.bytes = bytes
        self.start = start
        self.taken = start
        self.result.reserveCapacity(512)
    }

    /// Takes the text up to an offset; line ends and other space become one space.
    mutating func take(to end: Int) {
        for index in self.taken..<max(end, self.taken) {
            let byte = self.bytes[index]
            if byte > 0x20 {
                self.result.append(byte)
            } else if let last = self.result.last, last != 0x20 {
                self.result.append(0x20)
            }
        }
        self.taken = max(end, self.taken)
    }

    mutating func mark(_ range: Range<Int>) {
        self.take(to: range.lowerBound)
        self.result += Array("<mark>".utf8)
        self.take(to: range.upperBound)
        self.result += Array("</mark>".utf8)
    }

    /// The snippet, with dots where the text goes on.
    mutating func text(limit: Int) -> String {
        if self.taken == self.start, self.taken < self.bytes.count {
            // No word that fits: as much of it as does.
            var end = min(self.bytes.count, limit)
            while end > self.start, end < self.bytes.count, self.bytes[end] & 0xC0 == 0x80 { end -= 1 }
            self.take(to: end)
        }
        // The sentence's end, if it comes next.
        if self.taken < self.bytes.count, ".!?)".utf8.contains(self.bytes[self.taken]) { self.take(to: self.taken + 1) }
        let hasMore = self.bytes[self.taken...].contains { TextWords.mayBeWord($0) }
        let hasBefore = self.bytes[..<self.start].contains { TextWords.mayBeWord($0) }
        let text = String(decoding: self.result, as: UTF8.self)
        return (hasBefore ? "… " : "") + text + (hasMore ? " …" : "")
    }
}
