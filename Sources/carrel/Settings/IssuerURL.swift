import HTTPServer

/// The URL of an OpenID provider: as a public URL, but it may have a path.
enum IssuerURL {
    /// The URL without a slash at its end.
    ///
    /// - Throws: `PublicURLError` saying what is wrong.
    static func check(_ text: String) throws -> String {
        let url = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard let separator = url.firstRange(of: "://") else {
            _ = try PublicURL(url)
            return url
        }
        let path = url[separator.upperBound...].firstIndex(of: "/") ?? url.endIndex
        _ = try PublicURL(String(url[..<path]))
        return url
    }
}
