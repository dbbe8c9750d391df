import HTTPServer

/// The URL of an OpenID provider: a public URL that may have a path.
enum IssuerURL {
    /// The URL without a trailing slash.
    ///
    /// - Throws: `PublicURLError`.
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
