import Encodings
import Glibc

/// What counts as one client: an IPv4 address, or the /64 network of an IPv6 address, since one client has many of those.
package enum AddressKey {
    package static func of(_ address: String) -> String {
        guard address.utf8.contains(UInt8(ascii: ":")), let bytes = self.bytes(of: address) else { return address }
        guard bytes.count == 16 else { return bytes.map(String.init).joined(separator: ".") }
        return Hex.encode(bytes[..<8]) + "/64"
    }

    /// The /48 network of an IPv6 address, which one site has; `nil` for IPv4.
    package static func site(of address: String) -> String? {
        guard address.utf8.contains(UInt8(ascii: ":")), let bytes = self.bytes(of: address), bytes.count == 16 else {
            return nil
        }
        return Hex.encode(bytes[..<6]) + "/48"
    }

    /// The bytes of an address, 4 or 16; IPv4-mapped IPv6 addresses count as IPv4.
    package static func bytes(of text: String) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes[..<4]) }
        guard inet_pton(AF_INET6, text, &bytes) == 1 else { return nil }
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        return bytes.starts(with: mapped) ? Array(bytes[12...]) : bytes
    }
}
