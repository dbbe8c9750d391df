import Encodings

/// Whom a limit by address holds: an IPv4 address, or the network of an IPv6 address, of which everybody has many.
enum AddressKey {
    /// The address itself, or the first 64 bits of one of IPv6.
    static func of(_ address: String) -> String {
        guard address.contains(":"), let bytes = TrustedProxies.bytes(of: address) else { return address }
        guard bytes.count == 16 else { return bytes.map(String.init).joined(separator: ".") }
        return Hex.encode(bytes[..<8]) + "/64"
    }
}
