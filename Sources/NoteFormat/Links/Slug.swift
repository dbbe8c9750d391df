internal import Foundation

/// The form in which titles, file names and what links name are compared.
package enum Slug {
    /// Folds case and compatibility forms; spaces and underscores become one dash.
    package static func of(_ text: some StringProtocol) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case 0x80...: return self.ofUnicode(String(text))
            case 0x09...0x0D, 0x20, UInt8(ascii: "_"), UInt8(ascii: "-"):
                if let last = bytes.last, last != UInt8(ascii: "-") { bytes.append(UInt8(ascii: "-")) }
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): bytes.append(byte | 0x20)
            default: bytes.append(byte)
            }
        }
        if bytes.last == UInt8(ascii: "-") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func ofUnicode(_ text: String) -> String {
        // Upper case first: it is how "ß" and "SS", or the two small sigmas, come to one form.
        let folded = text.precomposedStringWithCompatibilityMapping.uppercased().lowercased()
            .precomposedStringWithCompatibilityMapping
        var result = ""
        for character in folded {
            if character.isWhitespace || character == "_" || character == "-" {
                if let last = result.last, last != "-" { result.append("-") }
            } else {
                result.append(character)
            }
        }
        if result.last == "-" { result.removeLast() }
        return result
    }

    /// The part of a slug behind its last `/`.
    package static func lastComponent(_ slug: String) -> String {
        guard let slash = slug.utf8.lastIndex(of: UInt8(ascii: "/")) else { return slug }
        return String(slug[slug.utf8.index(after: slash)...])
    }
}
