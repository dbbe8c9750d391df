import Encodings

/// The URL under which users reach all workers: scheme, host and port, no path.
public struct PublicURL: Sendable, Hashable, CustomStringConvertible {
    /// `http` or `https`.
    public let scheme: String
    /// The host in lower case; an IPv6 address with its brackets.
    public let host: String
    /// `nil` for the scheme's default port.
    public let port: Int?

    /// Parses and validates a URL.
    ///
    /// - Parameter text: such as `https://notes.example.com`; a trailing slash is dropped. `http` is for loopback
    ///   names only.
    /// - Throws: ``PublicURLError`` saying what is wrong.
    public init(_ text: String) throws {
        guard let separator = text.firstRange(of: "://") else {
            throw PublicURLError("it must begin with https:// (or http:// for localhost)")
        }
        let scheme = text[..<separator.lowerBound].lowercased()
        guard scheme == "https" || scheme == "http" else { throw PublicURLError("its scheme must be https or http") }
        var rest = text[separator.upperBound...]
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        guard !rest.isEmpty, !rest.contains(where: { "/?#@ \\".contains($0) }) else {
            throw PublicURLError("it must be a scheme, a host and perhaps a port, without a path")
        }
        let authority = HostPort(rest)
        guard let authority, !authority.host.isEmpty else { throw PublicURLError("its host or port is not valid") }
        guard scheme == "https" || Loopback.isName(authority.host) else {
            throw PublicURLError("http is for localhost only; use https for \(authority.host)")
        }
        self.scheme = scheme
        self.host = authority.host
        self.port = authority.port == (scheme == "https" ? 443 : 80) ? nil : authority.port
    }

    /// Without a trailing slash.
    public var description: String {
        self.port.map { "\(self.scheme)://\(self.host):\($0)" } ?? "\(self.scheme)://\(self.host)"
    }

    /// The MCP endpoint, which is also the audience of every token.
    public var endpoint: String { "\(self)/mcp" }
}

/// Why a text is not a public URL.
public struct PublicURLError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, to be read after the setting's name.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
