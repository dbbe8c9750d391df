/// Cuts about 32 words around the first hit out of a text and marks the hits.
///
/// Works on bytes: most of a page's texts are read only as far as their first hit, and hardly a word is looked at
/// beyond its first letter.
struct SnippetMaker {
    private let terms: [SnippetTerm]
    /// Whether a word may begin with an ASCII letter or digit.
    private let firstBytes: [Bool]
    /// What a word must begin with to be a hit of one of the terms.
    private let anchors: [[UInt8]]
    /// The runs among the terms.
    private let runs: [[UInt8]]

    private static let words = 32
    private static let wordsBefore = 7
    static let maxBytes = 800

    init(_ terms: [SnippetTerm]) {
        self.terms = terms
        self.anchors = terms.compactMap(\.anchor)
        self.runs = terms.compactMap { term in
            guard case .run(let run) = term else { return nil }
            return Array(String(String.UnicodeScalarView(run)).utf8)
        }
        var firstBytes = [Bool](repeating: false, count: 128)
        for anchor in self.anchors {
            if let first = anchor.first, first < 0x80 { firstBytes[Int(first)] = true }
        }
        self.firstBytes = firstBytes
    }

    /// The snippet of a text, as far as the budget of the page goes.
    func snippet(of text: UnsafeBufferPointer<UInt8>, within budget: inout SnippetBudget) -> String {
        let bytes = budget.part(of: text)
        // The starts of the last words, round and round; the text's own start counts as one as long as it is near.
        var starts = [Int](repeating: 0, count: 8)
        var count = 1
        var words = TextWords(bytes)
        while let word = words.next() {
            guard let hit = self.hit(at: word, in: bytes) else {
                starts[count % 8] = word.range.lowerBound
                count += 1
                continue
            }
            budget.take(hit.upperBound)
            let known = max(0, count - Self.wordsBefore)..<count
            let start = known.first { hit.lowerBound - starts[$0 % 8] <= Self.maxBytes / 3 }
            return self.cut(bytes, from: start.map { starts[$0 % 8] } ?? hit.lowerBound, marking: true)
        }
        budget.take(bytes.count)
        return self.cut(bytes, from: 0, marking: false)
    }

    private func cut(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, marking: Bool) -> String {
        var words = TextWords(bytes, from: start)
        var output = SnippetOutput(bytes, start: start)
        var halves = 0
        while halves < Self.words * 2, let word = words.next() {
            guard word.range.upperBound - start <= Self.maxBytes else { break }
            halves += word.isUnspaced ? 1 : 2
            if marking, let hit = self.hit(at: word, in: bytes) {
                output.mark(hit)
                words.skip(to: hit.upperBound)
            } else {
                output.take(to: word.range.upperBound)
            }
        }
        return output.text(limit: start + Self.maxBytes)
    }

    /// The hit that begins with a word.
    private func hit(at word: TextWords.Word, in bytes: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        if word.isUnspaced {
            let character = String(decoding: bytes[word.range], as: UTF8.self)
            guard let emoji = character.unicodeScalars.first.flatMap(SearchText.emojiLetter) else {
                return self.run(at: word.range.lowerBound, in: bytes)
            }
            return self.isHit(Array(String(emoji).utf8)) ? word.range : nil
        }
        guard word.isASCII else {
            let folded = SnippetTerm.folded(String(decoding: bytes[word.range], as: UTF8.self))
            return self.isHit(folded) ? word.range : nil
        }
        guard self.firstBytes[Int(Self.lower(bytes[word.range.lowerBound]))],
            self.anchors.contains(where: { Self.begins(bytes, word.range, with: $0) })
        else { return nil }
        return self.isHit(bytes[word.range].map { Self.lower($0) }) ? word.range : nil
    }

    private static func lower(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

    private static func begins(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, with anchor: [UInt8]) -> Bool {
        guard anchor.count <= range.count else { return false }
        for index in anchor.indices where self.lower(bytes[range.lowerBound + index]) != anchor[index] { return false }
        return true
    }

    private func isHit(_ word: [UInt8]) -> Bool {
        self.terms.contains { term in
            guard case .word(let wanted, let stem) = term else { return false }
            guard let stem else { return word.starts(with: wanted) }
            return word == wanted || (word.first == stem.first && PorterStemmer.stem(word) == stem)
        }
    }

    private func run(at start: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        for wanted in self.runs {
            let end = start + wanted.count
            if end <= bytes.count, bytes[start..<end].elementsEqual(wanted) { return start..<end }
        }
        return nil
    }
}
