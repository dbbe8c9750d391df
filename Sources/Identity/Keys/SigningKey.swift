import Crypto
import Encodings

/// The secret that signs tokens, and keys derived from it.
public struct SigningKey: Sendable {
    /// The `kid` of tokens; does not reveal the secret.
    public let id: String
    let secret: [UInt8]

    /// A key of at least 32 bytes.
    ///
    /// - Throws: ``IdentityError`` with `.weakSecret` for fewer than 32 bytes (RFC 7518, section 3.2).
    public init(secret: String) throws {
        let bytes = Array(secret.utf8)
        guard bytes.count >= 32 else {
            throw IdentityError(
                .weakSecret,
                "it has \(bytes.count) bytes, but 32 are needed; make a secret with: \(SecretPolicy.command)"
            )
        }
        self.secret = bytes
        self.id = Base64URL.encode(Self.derive(bytes, purpose: "carrel kid", count: 6))
    }

    /// Derives a key for another purpose (HKDF with SHA-256, RFC 5869); the secret itself only signs tokens.
    public func derived(for purpose: String, count: Int) -> [UInt8] {
        Self.derive(self.secret, purpose: "carrel \(purpose)", count: count)
    }

    private static func derive(_ secret: [UInt8], purpose: String, count: Int) -> [UInt8] {
        let key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: secret),
            info: Array(purpose.utf8),
            outputByteCount: count
        )
        return key.withUnsafeBytes { Array($0) }
    }
}
