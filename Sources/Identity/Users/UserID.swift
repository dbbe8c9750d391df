/// The id of a user: a token's `sub`, and the name of everything the user owns.
///
/// 1 to 64 characters: letters and digits of ASCII, and within also `_`, `.` and `-`, though never `..`; the last
/// character is no dot. Ids that differ in case are different users.
public struct UserID: Hashable, Sendable, CustomStringConvertible {
    /// The id as it stands in the token.
    public let value: String

    /// Takes an id.
    ///
    /// - Throws: ``IdentityError`` with `.invalidUser` for anything that is not one.
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
