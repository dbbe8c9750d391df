import SharedState

/// Proxies whose `X-Forwarded-For` and `X-Request-Id` are trusted.
public struct TrustedProxies: Sendable {
    /// A range of addresses, as bytes: 4 for IPv4, 16 for IPv6.
    private struct Range: Sendable {
        let bytes: [UInt8]
        let bits: Int

        func contains(_ address: [UInt8]) -> Bool {
            guard address.count == self.bytes.count else { return false }
            let whole = self.bits / 8
            guard address[..<whole].elementsEqual(self.bytes[..<whole]) else { return false }
            let rest = self.bits % 8
            return rest == 0 || (address[whole] ^ self.bytes[whole]) >> UInt8(8 - rest) == 0
        }
    }

    private var ranges: [Range] = []

    /// Trusts no proxy: the connection's peer is the client.
    public static let none = TrustedProxies()

    private init() {}

    /// Parses addresses and ranges such as `10.0.0.0/8` or `fd00::/8`.
    ///
    /// - Returns: `nil` where one of them is invalid.
    public init?(_ texts: [String]) {
        for text in texts {
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = parts.first, let bytes = AddressKey.bytes(of: String(first)) else { return nil }
            var bits = bytes.count * 8
            if parts.count == 2 {
                guard let number = Int(parts[1]), (0...bits).contains(number) else { return nil }
                bits = number
            }
            self.ranges.append(Range(bytes: bytes, bits: bits))
        }
    }

    var isEmpty: Bool { self.ranges.isEmpty }

    /// The client behind proxies: the last address, read from the right, that is not a trusted proxy's.
    ///
    /// - Parameters:
    ///   - peer: the connection's address; the header of an untrusted peer is ignored.
    ///   - forwarded: the `X-Forwarded-For` header, which clients can forge.
    func client(peer: String, forwarded: String?) -> String {
        guard let forwarded, self.trusts(peer) else { return peer }
        var client = peer
        for part in forwarded.split(separator: ",").reversed() {
            let address = String(part.drop { $0 == " " }.prefix { $0 != " " })
            guard AddressKey.bytes(of: address) != nil else { return client }
            client = address
            if !self.trusts(address) { return client }
        }
        return client
    }

    func trusts(_ address: String) -> Bool {
        guard let bytes = AddressKey.bytes(of: address) else { return false }
        return self.ranges.contains { $0.contains(bytes) }
    }
}
