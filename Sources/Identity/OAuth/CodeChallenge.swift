import Crypto
import Encodings

/// A PKCE code challenge with S256 (RFC 7636).
public struct CodeChallenge: Hashable, Sendable {
    /// The SHA-256 of the verifier in base64url, 43 characters.
    public let text: String

    /// `nil` if the text is not a SHA-256 in base64url.
    public init?(_ text: String) {
        guard text.utf8.count == 43, Base64URL.decode(text)?.count == 32 else { return nil }
        self.text = text
    }

    /// The challenge of this server's own verifier.
    public init(verifier: String) {
        self.text = Base64URL.encode(Array(SHA256.hash(data: Array(verifier.utf8))))
    }

    /// Whether a text is a valid verifier, 43 to 128 unreserved characters, with this challenge.
    public func isMet(by verifier: String) -> Bool {
        guard (43...128).contains(verifier.utf8.count), verifier.utf8.allSatisfy(Self.isUnreserved) else {
            return false
        }
        return CodeChallenge(verifier: verifier) == self
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            return true
        default: return false
        }
    }
}
