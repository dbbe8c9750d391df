/// Host and port of an untrusted URL, without decoding: the same text is displayed, compared and requested.
struct WebAddress: Hashable, Sendable {
    /// Lower case ASCII letters, digits, hyphens and dots, or an IPv6 address in brackets.
    let host: String
    /// 1 to 65535.
    let port: Int?

    /// - Parameter authority: the text between `//` and the path; `nil` for anything but a host and an optional port, such
    ///   as a user name or a trailing dot.
    init?(authority: some StringProtocol) {
        var rest = authority[...]
        if rest.hasPrefix("[") {
            guard let end = rest.firstIndex(of: "]") else { return nil }
            let literal = rest[rest.index(after: rest.startIndex)..<end]
            guard !literal.isEmpty, literal.utf8.allSatisfy(Self.isPartOfIPv6) else { return nil }
            self.host = "[\(literal)]".lowercased()
            rest = rest[rest.index(after: end)...]
        } else {
            let name = rest.prefix { $0 != ":" }
            guard (1...253).contains(name.utf8.count), name.utf8.allSatisfy(Self.isPartOfName), !name.hasSuffix("."),
                !name.hasPrefix("."), !name.contains("..")
            else { return nil }
            self.host = name.lowercased()
            rest = rest[name.endIndex...]
        }
        guard !rest.isEmpty else {
            self.port = nil
            return
        }
        let digits = rest.dropFirst()
        guard rest.hasPrefix(":"), (1...5).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let port = Int(digits),
            (1...65535).contains(port)
        else { return nil }
        self.port = port
    }

    /// Of a URL such as `https://host:1/path`.
    init?(url: String) {
        guard let separator = url.firstRange(of: "://") else { return nil }
        self.init(authority: url[separator.upperBound...].prefix { !"/?#".contains($0) })
    }

    private static func isPartOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
            return true
        default: return false
        }
    }

    private static func isPartOfIPv6(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"), UInt8(ascii: "."):
            return true
        default: return false
        }
    }
}
