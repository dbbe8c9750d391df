/// Finds the links and tags of one paragraph or heading.
///
/// One pass over the bytes: code spans, comments and HTML tags are stepped over, and no search for an end is
/// repeated once it has failed, so that the cost grows with the length only.
struct InlineScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let end: Int
    private var index: Int
    /// Where the text of the innermost `[` begins.
    private var brackets: [Int] = []
    /// Lengths of backtick runs, and 0 for comments, known to have no end in what is left.
    private var unclosed: Set<Int> = []

    private(set) var links: [RawLink] = []
    private(set) var tags: [String] = []

    init(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        self.bytes = bytes
        self.index = range.lowerBound
        self.end = range.upperBound
    }

    mutating func scan(tags findsTags: Bool) {
        let start = self.index
        while self.index < self.end {
            switch self.bytes[self.index] {
            case UInt8(ascii: "\\"): self.index += 2
            case UInt8(ascii: "`"): self.skipCode()
            case UInt8(ascii: "<"): self.skipMarkup()
            case UInt8(ascii: "["): self.open()
            case UInt8(ascii: "]"): self.close()
            case UInt8(ascii: "#") where findsTags: self.tag(from: start)
            default: self.index += 1
            }
        }
    }

    private func peek(_ offset: Int) -> UInt8? {
        let position = self.index + offset
        return position < self.end ? self.bytes[position] : nil
    }

    // MARK: What is stepped over

    private mutating func skipCode() {
        let length = self.runLength(at: self.index)
        let content = self.index + length
        guard !self.unclosed.contains(length) else {
            self.index = content
            return
        }
        var position = content
        while position < self.end {
            guard self.bytes[position] == UInt8(ascii: "`") else {
                position += 1
                continue
            }
            let run = self.runLength(at: position)
            position += run
            if run == length {
                self.index = position
                return
            }
        }
        self.unclosed.insert(length)
        self.index = content
    }

    private func runLength(at start: Int) -> Int {
        var position = start
        while position < self.end, self.bytes[position] == UInt8(ascii: "`") { position += 1 }
        return position - start
    }

    private mutating func skipMarkup() {
        if self.peek(1) == UInt8(ascii: "!"), self.peek(2) == UInt8(ascii: "-"), self.peek(3) == UInt8(ascii: "-") {
            return self.skipComment()
        }
        guard let next = self.peek(1), next == UInt8(ascii: "/") || Self.isLetter(next) else {
            self.index += 1
            return
        }
        var position = self.index + 1
        while position < self.end {
            switch self.bytes[position] {
            case UInt8(ascii: ">"):
                self.index = position + 1
                return
            case UInt8(ascii: "<"), 0x0A:
                self.index = position
                return
            case UInt8(ascii: "["), UInt8(ascii: "`"):
                // Not a tag: what is here counts.
                self.index += 1
                return
            default: position += 1
            }
        }
        self.index += 1
    }

    private mutating func skipComment() {
        guard !self.unclosed.contains(0) else {
            self.index += 4
            return
        }
        var position = self.index + 4
        while position + 2 < self.end {
            if self.bytes[position] == UInt8(ascii: "-"), self.bytes[position + 1] == UInt8(ascii: "-"),
                self.bytes[position + 2] == UInt8(ascii: ">")
            {
                self.index = position + 3
                return
            }
            position += 1
        }
        self.unclosed.insert(0)
        self.index += 4
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A }

    // MARK: Links

    private mutating func open() {
        if self.peek(1) == UInt8(ascii: "["), let close = self.wikiEnd(from: self.index + 2) {
            self.wikiLink(self.index + 2..<close)
            self.index = close + 2
            return
        }
        self.index += 1
        // Deeper than any text needs; the outermost are forgotten first.
        if self.brackets.count == 32 { self.brackets.removeFirst() }
        self.brackets.append(self.index)
    }

    private func wikiEnd(from start: Int) -> Int? {
        var position = start
        while position + 1 < self.end {
            switch self.bytes[position] {
            case 0x0A, UInt8(ascii: "["): return nil
            case UInt8(ascii: "]"): return self.bytes[position + 1] == UInt8(ascii: "]") ? position : nil
            default: position += 1
            }
        }
        return nil
    }

    private mutating func wikiLink(_ range: Range<Int>) {
        guard range.count <= 1024 else { return }
        let content = String(decoding: self.bytes[range], as: UTF8.self)
        // In a table the bar is escaped: [[Target\|alias]].
        let bar = content.utf8.firstIndex(of: UInt8(ascii: "|"))
        var target = content[..<(bar ?? content.endIndex)]
        if bar != nil, target.utf8.last == UInt8(ascii: "\\") { target = target.dropLast() }
        if let mark = target.utf8.firstIndex(where: { $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: "^") }) {
            target = target[..<mark]
        }
        let alias = bar.map { content[content.utf8.index(after: $0)...] }
        self.append(
            .wiki,
            Whitespace.trimmed(target),
            alias: alias.map { Whitespace.trimmed($0) },
            at: range.lowerBound - 2
        )
    }

    private mutating func close() {
        let textEnd = self.index
        self.index += 1
        guard let textStart = self.brackets.popLast(), self.peek(0) == UInt8(ascii: "(") else { return }
        var destination = LinkDestination(self.bytes, self.index + 1..<self.end)
        guard let target = destination.parse() else { return }
        let text = String(decoding: self.bytes[textStart..<textEnd].prefix(1024), as: UTF8.self)
        if let path = LinkDestination.notePath(target) {
            self.append(.markdown, path, alias: Whitespace.trimmed(text[...]), at: textStart - 1)
        }
        self.index = destination.end
    }

    private mutating func append(_ kind: RawLink.Kind, _ target: String, alias: String?, at offset: Int) {
        guard !target.isEmpty else { return }
        let alias = alias.flatMap { $0.isEmpty ? nil : $0 }
        self.links.append(RawLink(kind: kind, target: target, alias: alias, offset: offset))
    }

    // MARK: Tags

    private mutating func tag(from start: Int) {
        let hash = self.index
        self.index += 1
        if hash > start, !Self.opensTag(self.bytes[hash - 1]) { return }
        if hash > start + 1, self.bytes[hash - 1] == UInt8(ascii: "("), self.bytes[hash - 2] == UInt8(ascii: "]") {
            return
        }
        var position = self.index
        while position < self.end, self.bytes[position] >= 0x80 || TagName.isTagByte(self.bytes[position]) {
            position += 1
        }
        guard position > self.index, position - self.index <= 400 else { return }
        if let tag = TagName.inline(String(decoding: self.bytes[self.index..<position], as: UTF8.self)) {
            self.tags.append(tag)
        }
        self.index = position
    }

    private static func opensTag(_ byte: UInt8) -> Bool { byte <= 0x20 || "([{\"',;:|>*_~".utf8.contains(byte) }
}
