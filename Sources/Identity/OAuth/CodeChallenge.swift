import Crypto
import Encodings

/// What a client shows of its secret before it gets a code (PKCE with S256, RFC 7636).
public struct CodeChallenge: Hashable, Sendable {
    /// The SHA-256 of the verifier in base64url, 43 characters.
    public let text: String

    /// Takes a challenge; `nil` where the text is none.
    public init?(_ text: String) {
        guard text.utf8.count == 43, Base64URL.decode(text)?.count == 32 else { return nil }
        self.text = text
    }

    /// The challenge of a verifier that this server has made itself.
    public init(verifier: String) {
        self.text = Base64URL.encode(Array(SHA256.hash(data: Array(verifier.utf8))))
    }

    /// Whether a text is the secret: 43 to 128 unreserved characters that the challenge was made of.
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
