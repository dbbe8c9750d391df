import Crypto
import Encodings

/// The name under which something secret is kept: its SHA-256, from which nobody gets back to it.
public enum SecretDigest {
    /// The digest in base64url, 43 characters.
    public static func of(_ secret: String) -> String {
        Base64URL.encode(Array(SHA256.hash(data: Array(secret.utf8))))
    }
}
