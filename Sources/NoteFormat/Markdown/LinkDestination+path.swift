internal import Encodings

extension LinkDestination {
    /// The path of the note that a Markdown link's destination names.
    ///
    /// - Returns: the path without fragment, or `nil` where the link leads out of the vault or not to a note.
    static func notePath(_ destination: String) -> String? {
        let end = destination.utf8.firstIndex { $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: "?") }
        let path = destination[..<(end ?? destination.endIndex)]
        // A colon makes it a URL, two slashes one without a scheme.
        guard !path.utf8.contains(UInt8(ascii: ":")), !path.hasPrefix("//") else { return nil }
        // A '%' that escapes nothing is itself.
        let decoded = PercentEncoding.decode(path) ?? String(path)
        guard decoded.lowercased().hasSuffix(".md"), decoded.utf8.count > 3 else { return nil }
        return decoded
    }
}
