import Glibc

/// Public IP addresses: an untrusted URL must not reach internal services (SSRF).
enum AddressRules {
    /// IPv4 ranges that are not public (RFC 6890, IANA special-purpose address registry), with prefix lengths.
    private static let refused: [(range: UInt32, bits: UInt32)] = [
        (0x0000_0000, 8), (0x0A00_0000, 8), (0x6440_0000, 10), (0x7F00_0000, 8), (0xA9FE_0000, 16), (0xAC10_0000, 12),
        (0xC000_0000, 24), (0xC000_0200, 24), (0xC058_6300, 24), (0xC0A8_0000, 16), (0xC612_0000, 15),
        (0xC633_6400, 24), (0xCB00_7100, 24), (0xE000_0000, 4), (0xF000_0000, 4),
    ]

    /// `false` if the text is not an IP address.
    static func isPublic(_ text: String) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 { return Self.isPublic(v4: bytes[..<4]) }
        guard inet_pton(AF_INET6, text, &bytes) == 1 else { return false }
        // Only 2000::/3 is allocated; Teredo, documentation and 6to4 within it are not public.
        guard bytes[0] >> 5 == 1 else {
            let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
            return bytes.starts(with: mapped) && Self.isPublic(v4: bytes[12...])
        }
        switch (bytes[0], bytes[1]) {
        case (0x20, 0x01): return bytes[2] >= 2 && !(bytes[2] == 0x0D && bytes[3] == 0xB8)
        case (0x20, 0x02), (0x3F, 0xFF): return false
        default: return true
        }
    }

    private static func isPublic(v4 bytes: ArraySlice<UInt8>) -> Bool {
        let address = bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return !Self.refused.contains { (address ^ $0.range) >> (32 - $0.bits) == 0 }
    }
}
