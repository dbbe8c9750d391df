import Encodings
import Foundation

/// A client's redirect URI (RFC 6749, section 3.1.2; RFC 8252, section 7).
public struct RedirectURI: Hashable, Sendable, CustomStringConvertible {
    /// The URI, unchanged.
    public let description: String
    /// For display: the host, or the scheme of an app.
    public let owner: String
    /// Whether the host is a loopback name.
    public let isLoopback: Bool
    /// The origin or scheme, for `Content-Security-Policy`.
    public let source: String

    /// Schemes that open no app, or that execute their content.
    private static let refused: Set<String> = [
        "javascript", "data", "vbscript", "file", "filesystem", "blob", "about", "view-source", "mailto", "tel", "sms",
        "ws", "wss", "ftp", "ftps", "chrome", "chrome-extension", "moz-extension", "resource", "jar", "intent", "ldap",
        "urn", "search-ms",
    ]

    /// Accepts `https`, `http` with a loopback host, and private schemes of apps.
    ///
    /// - Throws: ``IdentityError`` with `.invalidRedirectURI`.
    public init(_ text: String) throws {
        guard (1...2048).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            !text.contains(where: { #"\"<>`{}|^"#.contains($0) }), let parts = URLComponents(string: text),
            let scheme = parts.scheme?.lowercased()
        else { throw Self.refusal(text, "it is not a URI") }
        guard parts.fragment == nil, parts.user == nil, parts.password == nil else {
            throw Self.refusal(text, "it must have no fragment and no user")
        }
        let isWeb = scheme == "https" || scheme == "http"
        guard isWeb else {
            guard !Self.refused.contains(scheme), !scheme.hasPrefix("ms-"), text.dropFirst(scheme.count).hasPrefix(":/")
            else { throw Self.refusal(text, "its scheme is not allowed") }
            self.description = text
            self.owner = "\(scheme):"
            self.source = "\(scheme):"
            self.isLoopback = false
            return
        }
        // Not decoded: a decoded host could resemble another, or break out of a header.
        guard let address = WebAddress(url: text) else { throw Self.refusal(text, "its host or port is not valid") }
        self.isLoopback = ["127.0.0.1", "[::1]", "localhost"].contains(address.host)
        guard scheme == "https" || self.isLoopback else {
            throw Self.refusal(text, "http is allowed for loopback hosts only")
        }
        self.description = text
        self.owner = address.host
        self.source = "\(scheme)://\(address.host)\(address.port.map { ":\($0)" } ?? "")"
    }

    /// Whether a registration of this URI covers another: an equal one, or a loopback one with another port (RFC 8252,
    /// section 7.3).
    public func covers(_ other: RedirectURI) -> Bool {
        if other.description == self.description { return true }
        guard self.isLoopback, other.isLoopback else { return false }
        return self.withoutPort == other.withoutPort
    }

    private var withoutPort: String? {
        var parts = URLComponents(string: self.description)
        parts?.port = nil
        return parts?.string
    }

    /// Adds query parameters.
    public func adding(_ parameters: [(name: String, value: String)]) -> String {
        let query = parameters.map { "\($0.name)=\(PercentEncoding.encode($0.value))" }.joined(separator: "&")
        return self.description + (self.description.contains("?") ? "&" : "?") + query
    }

    private static func refusal(_ text: String, _ reason: String) -> IdentityError {
        IdentityError(.invalidRedirectURI, "The redirect URI '\(text.prefix(bytes: 100))' cannot be used: \(reason).")
    }
}
