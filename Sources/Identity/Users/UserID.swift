/// The id of a user, from a token's `sub`; names the user's folder, index and keys.
///
/// 1 to 64 ASCII letters and digits, and after the first also `_`, `.` and `-`; no `..`, no trailing dot. Case-sensitive.
public struct UserID: Hashable, Sendable, CustomStringConvertible {
    /// The id as text.
    public let value: String

    /// Validates an id.
    ///
    /// - Throws: ``IdentityError`` with `.invalidUser`.
    public init(_ text: String) throws {
        guard Self.isValid(text) else {
            throw IdentityError(
                .invalidUser,
                "A user id has 1 to 64 letters, digits, '_', '.' or '-', begins with a letter or digit and has no '..'."
            )
        }
        self.value = text
    }

    /// The id itself.
    public var description: String { self.value }

    private static func isValid(_ text: String) -> Bool {
        var previous: UInt8 = 0
        var count = 0
        for byte in text.utf8 {
            count += 1
            guard count <= 64, Self.isLetterOrDigit(byte) || (count > 1 && "_.-".utf8.contains(byte)),
                byte != UInt8(ascii: ".") || previous != byte
            else { return false }
            previous = byte
        }
        return count > 0 && previous != UInt8(ascii: ".")
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            return true
        default: return false
        }
    }
}
