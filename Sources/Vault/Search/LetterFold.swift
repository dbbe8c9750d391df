internal import Foundation

/// Letters that are searched for as others, beyond the accents of the Latin script, which the index folds itself.
enum LetterFold {
    /// The letter that another is searched for as; `nil` where it is searched for as itself.
    static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar.value {
        // Arabic: the forms of alef, and alef maqsura.
        case 0x0622, 0x0623, 0x0625, 0x0671: "\u{0627}"
        case 0x0649: "\u{064A}"
        // Cyrillic: io, commonly written without its dots. Short i is a letter of its own.
        case 0x0401: "\u{0415}"
        case 0x0451: "\u{0435}"
        // Greek: letters with accents and breathings.
        case 0x0386...0x03CE, 0x1F00...0x1FFE: self.withoutMarks(scalar)
        default: nil
        }
    }

    /// Marks that are often left out in writing: vowels of Arabic and Hebrew, and what tells emoji from text.
    static func isIgnored(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0591...0x05BD, 0x05BF, 0x05C1...0x05C2, 0x05C4...0x05C5, 0x05C7: true
        case 0x0640, 0x064B...0x065F, 0x0670, 0x06D6...0x06DC, 0x06DF...0x06E8, 0x06EA...0x06ED: true
        case 0xFE00...0xFE0F, 0x1F3FB...0x1F3FF, 0xE0100...0xE01EF: true
        default: false
        }
    }

    private static func withoutMarks(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        let base = String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars.first
        return base == scalar ? nil : base
    }
}
