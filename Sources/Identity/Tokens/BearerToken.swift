/// Parses the `Authorization` header (RFC 6750, section 2.1).
public enum BearerToken {
    /// The token in a header value.
    ///
    /// - Throws: ``IdentityError`` with `.missing` without a header, and `.malformed` for anything but `Bearer` and one token.
    public static func parse(_ header: String?) throws -> Substring {
        guard let header else {
            throw IdentityError(.missing, "Send a token in the header 'Authorization: Bearer <token>'.")
        }
        var text = header
        let start = try text.withUTF8 { utf8 in
            guard utf8.count >= 7, zip(utf8, "bearer ".utf8).allSatisfy({ $0 | 0x20 == $1 }) else {
                throw IdentityError(.malformed, "The header 'Authorization' must be 'Bearer <token>'.")
            }
            let start = utf8[7...].firstIndex { $0 != UInt8(ascii: " ") } ?? utf8.count
            guard start < utf8.count, utf8[start...].allSatisfy(Self.isTokenCharacter) else {
                throw IdentityError(.malformed, "The header 'Authorization' must be 'Bearer <token>', with one token.")
            }
            return start
        }
        return text[text.utf8.index(text.startIndex, offsetBy: start)...]
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
