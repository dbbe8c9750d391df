/// Reads the `Authorization` header (RFC 6750, section 2.1).
public enum BearerToken {
    /// The token in a header's value.
    ///
    /// - Throws: ``IdentityError`` with `.missing` without a header, and `.malformed` for anything but `Bearer` and one token.
    public static func parse(_ header: String?) throws -> Substring {
        guard let header else {
            throw IdentityError(.missing, "Send a token in the header 'Authorization: Bearer <token>'.")
        }
        let utf8 = header.utf8
        let scheme = utf8.prefix(7)
        guard scheme.count == 7, zip(scheme, "bearer ".utf8).allSatisfy({ $0 | 0x20 == $1 }) else {
            throw IdentityError(.malformed, "The header 'Authorization' must be 'Bearer <token>'.")
        }
        let token = utf8.dropFirst(7).drop { $0 == UInt8(ascii: " ") }
        guard !token.isEmpty, token.allSatisfy(Self.isTokenCharacter) else {
            throw IdentityError(.malformed, "The header 'Authorization' must be 'Bearer <token>', with one token.")
        }
        return Substring(token)
    }

    private static func isTokenCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
            return true
        default: return false
        }
    }
}
