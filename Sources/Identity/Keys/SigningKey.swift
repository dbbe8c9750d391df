import Crypto
import Encodings

/// The secret that tokens are signed with, and what is derived from it.
public struct SigningKey: Sendable {
    /// The `kid` of tokens signed with it; says nothing of the secret.
    public let id: String
    let secret: [UInt8]

    /// Takes a secret.
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

    /// A key for another purpose (HKDF with SHA-256, RFC 5869), so that the secret itself only ever signs tokens.
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
