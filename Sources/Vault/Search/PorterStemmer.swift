/// The stemmer of the full-text index, to find again in a text what the index found.
///
/// Martin Porter's algorithm of 1980, https://tartarus.org/martin/PorterStemmer/def.txt, with the bounds that SQLite
/// sets: words of fewer than 3 or more than 64 bytes stay.
struct PorterStemmer {
    private var word: [UInt8]

    static func stem(_ word: [UInt8]) -> [UInt8] {
        guard word.count >= 3, word.count <= 64 else { return word }
        var stemmer = PorterStemmer(word: word)
        stemmer.plurals()
        stemmer.pastAndProgressive()
        if stemmer.word.last == UInt8(ascii: "y"), stemmer.hasVowel(stemmer.word.count - 1) {
            stemmer.word[stemmer.word.count - 1] = UInt8(ascii: "i")
        }
        stemmer.replace(Self.doubleSuffixes)
        stemmer.replace(Self.suffixes)
        stemmer.removeSuffix()
        stemmer.finalE()
        return stemmer.word
    }

    private typealias Rule = (suffix: [UInt8], replacement: [UInt8])

    private static func rules(_ pairs: [(String, String)]) -> [Rule] {
        pairs.map { (Array($0.0.utf8), Array($0.1.utf8)) }
    }

    private static let doubleSuffixes = Self.rules([
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("logi", "log"),
        ("bli", "ble"), ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"),
        ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"),
        ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"),
    ])
    private static let suffixes = Self.rules([
        ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""),
    ])
    private static let endings = [
        "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate",
        "iti", "ous", "ive", "ize",
    ].map { Array($0.utf8) }

    private func ends(_ suffix: some Collection<UInt8>) -> Bool {
        self.word.count > suffix.count && self.word.suffix(suffix.count).elementsEqual(suffix)
    }

    private func isConsonant(_ index: Int) -> Bool {
        switch self.word[index] {
        case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"): false
        case UInt8(ascii: "y"): index == 0 || !self.isConsonant(index - 1)
        default: true
        }
    }

    /// How often a vowel is followed by a consonant in the first `count` bytes.
    private func measure(_ count: Int) -> Int {
        var result = 0
        for index in 0..<count where index > 0 && self.isConsonant(index) && !self.isConsonant(index - 1) {
            result += 1
        }
        return result
    }

    private func hasVowel(_ count: Int) -> Bool { (0..<count).contains { !self.isConsonant($0) } }

    private func endsDouble() -> Bool {
        let count = self.word.count
        return count >= 2 && self.word[count - 1] == self.word[count - 2] && self.isConsonant(count - 1)
    }

    /// Consonant, vowel, consonant other than w, x and y at the end of the first `count` bytes.
    private func endsShort(_ count: Int) -> Bool {
        count >= 3 && self.isConsonant(count - 1) && !self.isConsonant(count - 2) && self.isConsonant(count - 3)
            && !"wxy".utf8.contains(self.word[count - 1])
    }

    private mutating func plurals() {
        guard self.word.last == UInt8(ascii: "s") else { return }
        if self.ends("sses".utf8) || self.ends("ies".utf8) {
            self.word.removeLast(2)
        } else if self.word.count > 1, self.word[self.word.count - 2] != UInt8(ascii: "s") {
            self.word.removeLast()
        }
    }

    private mutating func pastAndProgressive() {
        if self.ends("eed".utf8) {
            if self.measure(self.word.count - 3) > 0 { self.word.removeLast() }
            return
        }
        let length = self.ends("ed".utf8) ? 2 : self.ends("ing".utf8) ? 3 : 0
        guard length > 0, self.hasVowel(self.word.count - length) else { return }
        self.word.removeLast(length)
        if self.ends("at".utf8) || self.ends("bl".utf8) || self.ends("iz".utf8) {
            self.word.append(UInt8(ascii: "e"))
        } else if let last = self.word.last, self.word.count > 1, last == self.word[self.word.count - 2],
            !"aeioulsz".utf8.contains(last)
        {
            self.word.removeLast()
        } else if self.measure(self.word.count) == 1, self.endsShort(self.word.count) {
            self.word.append(UInt8(ascii: "e"))
        }
    }

    private mutating func replace(_ rules: [Rule]) {
        guard let rule = rules.first(where: { self.ends($0.suffix) }) else { return }
        guard self.measure(self.word.count - rule.suffix.count) > 0 else { return }
        self.word.removeLast(rule.suffix.count)
        self.word += rule.replacement
    }

    private mutating func removeSuffix() {
        guard let suffix = Self.endings.first(where: { self.ends($0) }) else { return }
        let count = self.word.count - suffix.count
        guard self.measure(count) > 1 else { return }
        if suffix == Array("ion".utf8), !"st".utf8.contains(self.word[count - 1]) { return }
        self.word.removeLast(suffix.count)
    }

    private mutating func finalE() {
        let count = self.word.count
        if self.word.last == UInt8(ascii: "e") {
            let measure = self.measure(count - 1)
            if measure > 1 || (measure == 1 && !self.endsShort(count - 1)) { self.word.removeLast() }
        }
        if self.word.last == UInt8(ascii: "l"), self.endsDouble(), self.measure(self.word.count - 1) > 1 {
            self.word.removeLast()
        }
    }
}
