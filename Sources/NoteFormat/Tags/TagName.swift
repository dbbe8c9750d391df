import Encodings

/// What a tag may be called.
package enum TagName {
    private static let maxCharacters = 100
    private static let maxBytes = 400

    /// Brings a tag of the frontmatter, or one that a caller asks for, into the one form in which tags are kept.
    ///
    /// - Returns: the tag in lower case, without `#` and space around it; `nil` where nothing is left.
    package static func normalized(_ text: String) -> String? {
        // By scalars: a mark behind a '#' makes one character of both.
        let name = Whitespace.trimmed(text[...]).unicodeScalars.drop { $0 == "#" }
        var tag = Whitespace.trimmed(Substring(name)).prefix(bytes: self.maxBytes).lowercased()
        tag = String(tag.prefix(self.maxCharacters))  // bounded: by its bytes above
        return tag.isEmpty ? nil : tag
    }

    /// Brings what follows a `#` in a text into the form in which tags are kept.
    ///
    /// - Returns: the tag, or `nil` where it is none, such as the number of an issue.
    static func inline(_ text: String) -> String? {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            guard self.isTagScalar(scalar) else { break }
            scalars.append(scalar)
        }
        while let last = scalars.last, last == "/" { scalars.removeLast() }
        guard scalars.contains(where: { $0.properties.numericType == nil && $0 != "/" && $0 != "-" && $0 != "_" })
        else {
            return nil
        }
        return self.normalized(String(scalars))
    }

    static func isTagByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "/"):
            true
        default:
            false
        }
    }

    private static func isTagScalar(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return self.isTagByte(UInt8(scalar.value)) }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber, .nonspacingMark, .spacingMark, .otherSymbol, .modifierSymbol:
            return true
        default:
            // Joiners, which emoji and some scripts have within a word.
            return scalar.value == 0x200D || scalar.value == 0x200C
        }
    }
}
