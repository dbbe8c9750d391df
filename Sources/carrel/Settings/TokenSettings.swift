import Identity

/// Secrets and lifetime of tokens.
struct TokenSettings: Sendable {
    /// `nil` in `local`: a generated one is used.
    let secret: String?
    let previousSecret: String?
    let lifetime: Duration

    init(reading reader: inout SettingsReader, mode: Mode) {
        self.secret = Self.secret("JWT_SECRET_KEY", &reader, mode)
        if mode == .space, self.secret == nil {
            reader.reject("JWT_SECRET_KEY is required; make one with: \(SecretPolicy.command)")
        }
        self.previousSecret = Self.secret("JWT_SECRET_KEY_PREVIOUS", &reader, mode)
        self.lifetime = reader.duration("JWT_TTL", default: "7d", atLeast: .seconds(1))
    }

    private static func secret(_ name: String, _ reader: inout SettingsReader, _ mode: Mode) -> String? {
        guard let text = reader.optionalText(name, isSecret: true) else { return nil }
        reader.check(name) {
            _ = try SigningKey(secret: text)
            if mode == .space { try SecretPolicy.check(text) }
        }
        if mode == .space, LocalSecret.isGenerated(text) {
            reader.reject(
                "\(name) is the secret that MODE=local generated; production needs its own: \(SecretPolicy.command)"
            )
        }
        return text
    }
}
