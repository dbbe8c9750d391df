import Encodings
import Identity

/// The id of a legacy MCP session, 128 random bits in base64url.
///
/// Never a proof of identity: every request is authenticated by its token, and the session must be that user's.
package struct SessionID: Hashable, Sendable, CustomStringConvertible {
    /// The 22 characters of the `Mcp-Session-Id` header.
    package let value: String

    /// A random id.
    ///
    /// - Throws: `IdentityError` when the system has no randomness.
    package init() throws {
        self.value = try SecureRandom.identifier()
    }

    /// - Parameter text: the header's value; anything but 22 base64url characters is `nil`, an unknown session.
    package init?(_ text: String) {
        guard text.utf8.count == 22, text.utf8.allSatisfy(Base64URL.contains) else { return nil }
        self.value = text
    }

    package var description: String { self.value }
}
