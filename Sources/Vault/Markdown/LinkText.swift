/// What links are written with.
enum LinkText {
    static func trimmed(_ text: Substring) -> String {
        let isSpace: (Character) -> Bool = { $0.isWhitespace }
        var trimmed = text.drop(while: isSpace)
        while let last = trimmed.last, isSpace(last) { trimmed.removeLast() }
        return String(trimmed)
    }

    /// The path that a Markdown link's destination names.
    ///
    /// - Returns: the path without fragment, or `nil` where the link leads out of the vault or not to a note.
    static func notePath(_ destination: String) -> String? {
        let end = destination.utf8.firstIndex { $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: "?") }
        let path = destination[..<(end ?? destination.endIndex)]
        // A colon makes it a URL, two slashes one without a scheme.
        guard !path.utf8.contains(UInt8(ascii: ":")), !path.hasPrefix("//") else { return nil }
        let decoded = self.percentDecoded(path)
        guard decoded.lowercased().hasSuffix(".md"), decoded.utf8.count > 3 else { return nil }
        return decoded
    }

    private static func percentDecoded(_ text: Substring) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var source = Array(text.utf8)[...]
        while let byte = source.popFirst() {
            if byte == UInt8(ascii: "%"), source.count >= 2,
                let high = self.hexDigit(source[source.startIndex]),
                let low = self.hexDigit(source[source.startIndex + 1])
            {
                bytes.append(high << 4 | low)
                source = source.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
