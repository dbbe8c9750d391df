import Encodings

/// Rate limit key: an IPv4 address, or the /64 network of an IPv6 address, since one client has many of those.
enum AddressKey {
    static func of(_ address: String) -> String {
        guard address.contains(":"), let bytes = TrustedProxies.bytes(of: address) else { return address }
        guard bytes.count == 16 else { return bytes.map(String.init).joined(separator: ".") }
        return Hex.encode(bytes[..<8]) + "/64"
    }
}
