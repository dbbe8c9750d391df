internal import Foundation

/// Texts and queries as the full-text index gets to see them.
///
/// The index splits at what is neither letter nor digit. That leaves a whole sentence of Chinese as one word, and
/// emoji as nothing; so runs of scripts without spaces become pairs of characters, each a word, and emoji become
/// letters. What is ASCII passes as it is.
enum SearchText {
    /// One word of a prepared text.
    enum Piece: Hashable {
        /// Letters, digits and all else that the index splits itself.
        case text(String)
        /// A run of a script without spaces.
        case run([Unicode.Scalar])
    }

    /// Prepares the text of a note.
    static func indexed(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 && $0 != 0 }) { return text }
        var result = String.UnicodeScalarView()
        for piece in self.pieces(of: text) {
            switch piece {
            case .text(let text): result.append(contentsOf: text.unicodeScalars)
            case .run(let run):
                for index in run.indices {
                    result.append(" ")
                    result.append(run[index])
                    if index + 1 < run.count { result.append(run[index + 1]) }
                }
                result.append(" ")
            }
        }
        return String(result)
    }

    /// Splits a text into runs of scripts without spaces, and what is between them.
    static func pieces(of text: String) -> [Piece] {
        if text.utf8.allSatisfy({ $0 < 0x80 && $0 != 0 }) { return text.isEmpty ? [] : [.text(text)] }
        var pieces: [Piece] = []
        var plain = String.UnicodeScalarView()
        var run: [Unicode.Scalar] = []
        for scalar in text.precomposedStringWithCompatibilityMapping.unicodeScalars {
            if UnspacedScript.contains(scalar) {
                if !plain.isEmpty { pieces.append(.text(String(plain))) }
                plain = String.UnicodeScalarView()
                run.append(scalar)
                continue
            }
            if !run.isEmpty { pieces.append(.run(run)) }
            run = []
            self.append(scalar, to: &plain)
        }
        if !run.isEmpty { pieces.append(.run(run)) }
        if !plain.isEmpty { pieces.append(.text(String(plain))) }
        return pieces
    }

    private static func append(_ scalar: Unicode.Scalar, to text: inout String.UnicodeScalarView) {
        if scalar.value < 0x80 {
            text.append(scalar.value == 0 ? " " : scalar)
        } else if let folded = LetterFold.folded(scalar) {
            text.append(folded)
        } else if LetterFold.isIgnored(scalar) {
            return
        } else if let letter = self.emojiLetter(scalar) {
            text.append(" ")
            text.append(letter)
            text.append(" ")
        } else {
            text.append(scalar)
        }
    }

    /// A letter for private use that stands for an emoji, which the index would take for a space.
    static func emojiLetter(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        guard scalar.properties.generalCategory == .otherSymbol || scalar.properties.isEmojiPresentation else {
            return nil
        }
        return Unicode.Scalar(0xF0000 | (scalar.value & 0xFFFF))
    }
}
