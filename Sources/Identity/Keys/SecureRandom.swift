import COpenSSL
import Encodings

/// Random bytes from libcrypto.
public enum SecureRandom {
    /// Cryptographically secure random bytes.
    ///
    /// - Throws: ``IdentityError`` with `.cryptography`.
    public static func bytes(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard RAND_bytes(&bytes, Int32(count)) == 1 else {
            throw IdentityError(.cryptography, "The system has no randomness.")
        }
        return bytes
    }

    /// 128 random bits as 22 base64url characters.
    ///
    /// Never starts with a hyphen, which would make it an option on a command line.
    public static func identifier() throws -> String {
        while true {
            let text = Base64URL.encode(try Self.bytes(16))
            if !text.hasPrefix("-") { return text }
        }
    }
}
