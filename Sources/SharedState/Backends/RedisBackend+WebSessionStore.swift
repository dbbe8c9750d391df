public import Identity
import Redis

extension RedisBackend: WebSessionStore {
    /// Signs a browser in.
    public func createWebSession(for user: UserID, name: String?) async throws -> String {
        let secret = try SecureRandom.identifier()
        let key = self.keys.webSession(SecretDigest.of(secret))
        let time = try await self.run([["TIME"]])
        guard let seconds = time[0].elements?.first?.text else {
            throw SharedStateError(.corrupt, "Redis gave no time.")
        }
        try await self.run([
            ["HSET", key, "user", user.value, "name", name ?? "", "created", seconds],
            ["EXPIRE", key, String(GrantTimes.webSession)],
        ])
        return secret
    }

    /// Who is signed in with that secret.
    public func webSession(_ secret: String) async throws -> WebSession? {
        let digest = SecretDigest.of(secret)
        let found = try await self.run([["HMGET", self.keys.webSession(digest), "user", "name", "created"]])
        let words = (found[0].elements ?? []).map(\.text)
        guard words.count == 3, let name = words[0], let created = words[2].flatMap({ Int64($0) }) else { return nil }
        let user = try UserID(name)
        let notBefore = try await self.knowing { try await self.run([["GET", self.keys.notBefore(user)]]) }
        if let second = notBefore[0].text.flatMap({ Int64($0) }), created <= second { return nil }
        return WebSession(
            user: user,
            name: words[1].flatMap { $0.isEmpty ? nil : $0 },
            created: created,
            digest: digest
        )
    }

    /// Signs a browser out.
    public func endWebSession(_ secret: String) async throws {
        try await self.run([["DEL", self.keys.webSession(SecretDigest.of(secret))]])
    }
}
