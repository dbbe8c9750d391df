import Crypto
import Encodings

/// SHA-256 of a secret, under which it is stored and looked up.
public enum SecretDigest {
    /// 43 characters of base64url.
    public static func of(_ secret: String) -> String {
        Base64URL.encode(Array(SHA256.hash(data: Array(secret.utf8))))
    }
}
