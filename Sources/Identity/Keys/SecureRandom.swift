import COpenSSL
import Encodings

/// Randomness of the system, by libcrypto.
public enum SecureRandom {
    /// Random bytes.
    ///
    /// - Throws: ``IdentityError`` with `.cryptography` when there are none to be had.
    public static func bytes(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard RAND_bytes(&bytes, Int32(count)) == 1 else {
            throw IdentityError(.cryptography, "The system gives no random numbers.")
        }
        return bytes
    }

    /// 128 random bits as 22 base64url characters.
    ///
    /// The first is never a hyphen: an identifier is typed after a command, where that would begin an option.
    public static func identifier() throws -> String {
        while true {
            let text = Base64URL.encode(try Self.bytes(16))
            if !text.hasPrefix("-") { return text }
        }
    }
}
