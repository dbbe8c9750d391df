/// `host[:port]`, as in a `Host` header or a URL's authority (RFC 9110, section 7.2; RFC 3986, section 3.2.2).
public struct HostPort: Sendable, Hashable {
    /// In lower case, without a trailing dot; an IPv6 address with its brackets.
    public let host: String
    /// From 1 to 65535, where the text names one.
    public let port: Int?

    /// - Returns: `nil` for a port that is not a number from 1 to 65535, and for text after an IPv6 address.
    public init?(_ text: some StringProtocol) {
        var host = text[...]
        var port: Int?
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]") else { return nil }
            let rest = host[host.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
            if !rest.isEmpty {
                guard let number = Self.port(rest.dropFirst()) else { return nil }
                port = number
            }
            host = host[...end]
        } else if let colon = host.firstIndex(of: ":") {
            guard let number = Self.port(host[host.index(after: colon)...]) else { return nil }
            port = number
            host = host[..<colon]
        }
        if host.hasSuffix(".") { host = host.dropLast() }
        self.host = host.lowercased()
        self.port = port
    }

    /// A port number of 1 to 5 digits, from 1 to 65535.
    public static func port(_ text: some StringProtocol) -> Int? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text).flatMap { (1...65535).contains($0) ? $0 : nil }
    }
}
