import Encodings

/// Rules for production secrets.
public enum SecretPolicy {
    /// A command that generates a secret.
    public static let command = "openssl rand -base64 48"

    private static let placeholders = [
        "changeme", "change-me", "change_me", "your-production-secret-key", "your-secret-key", "your_secret_key",
        "replace-me", "replaceme", "placeholder", "example-secret", "insecure", "secret-key-here", "password",
    ]

    /// 32 random bytes as base64url.
    public static func makeSecret() throws -> String {
        Base64URL.encode(try SecureRandom.bytes(32))
    }

    /// Rejects placeholders and secrets with few different characters.
    ///
    /// - Throws: ``IdentityError`` with `.weakSecret`, naming a command that generates a secret, never the secret.
    public static func check(_ secret: String) throws {
        let lowered = secret.lowercased()
        guard !Self.placeholders.contains(where: { lowered.contains($0) }) else {
            throw IdentityError(.weakSecret, "it is a placeholder; make a secret with: \(Self.command)")
        }
        guard Set(secret.utf8).count >= 8 else {
            throw IdentityError(
                .weakSecret,
                "it has fewer than 8 different characters; make a secret with: \(Self.command)"
            )
        }
    }
}
