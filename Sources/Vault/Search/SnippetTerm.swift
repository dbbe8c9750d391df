internal import Foundation

/// A word of a search, as it is found again in a text.
enum SnippetTerm: Hashable, Sendable {
    /// A word without case and accents, and its stem; or, where `stem` is `nil`, the beginning of one.
    case word([UInt8], stem: [UInt8]?)
    /// A run of a script without spaces.
    case run([Unicode.Scalar])

    /// What a word must begin with to match; `nil` for a run.
    ///
    /// A stemmer changes no more than the last three letters of what it leaves of a word.
    var anchor: [UInt8]? {
        guard case .word(let word, let stem) = self else { return nil }
        guard let stem else { return word }
        return Array(stem.prefix(max(1, stem.count - 3)))  // bounded: bytes
    }

    static func words(of text: String, lastIsPrefix: Bool) -> [SnippetTerm] {
        let words = text.unicodeScalars.split { !WordCharacter.contains($0) }.map { self.folded(String($0)) }
        return words.enumerated().map { index, word in
            let isPrefix = lastIsPrefix && index == words.count - 1
            return .word(word, stem: isPrefix ? nil : PorterStemmer.stem(word))
        }
    }

    /// Brings a word into the form in which words are compared.
    static func folded(_ word: String) -> [UInt8] {
        if word.utf8.allSatisfy({ $0 < 0x80 }) { return word.utf8.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 } }
        var bytes: [UInt8] = []
        for scalar in word.decomposedStringWithCompatibilityMapping.lowercased().unicodeScalars {
            if (0x0300...0x036F).contains(scalar.value) || LetterFold.isIgnored(scalar) { continue }
            bytes += Array(String(LetterFold.folded(scalar) ?? scalar).utf8)
        }
        return bytes
    }
}
