import Identity

/// The name of a legacy MCP session, 128 random bits in base64url.
///
/// It is never a proof of identity: every request is authenticated by its token, and the session must be that user's.
public struct SessionID: Hashable, Sendable, CustomStringConvertible {
    /// The 22 characters of the `Mcp-Session-Id` header.
    public let value: String

    /// Makes a new id from the system's random generator.
    ///
    /// - Throws: `IdentityError` when the system has no randomness.
    public init() throws {
        self.value = try SecureRandom.identifier()
    }

    /// Takes an id that a client sent, if it has the shape of one.
    ///
    /// - Parameter text: the header's value; anything but 22 base64url characters is `nil`, an unknown session.
    public init?(_ text: String) {
        guard text.utf8.count == 22, text.utf8.allSatisfy(Self.isBase64URL) else { return nil }
        self.value = text
    }

    /// The id itself.
    public var description: String { self.value }

    private static func isBase64URL(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            return true
        default: return false
        }
    }
}
