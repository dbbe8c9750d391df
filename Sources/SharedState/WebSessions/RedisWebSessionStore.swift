import Identity
import Redis

/// Browser sessions in Redis, under the digests of their secrets.
struct RedisWebSessionStore: WebSessionStore {
    private static let listSession = LuaSource.script(PackageResources.list_session_lua)

    let context: RedisContext
    let replayer: RevocationReplayer

    func createWebSession(for user: UserID, name: String?) async throws -> String {
        let secret = try SecureRandom.identifier()
        let digest = SecretDigest.of(secret)
        let key = self.context.keys.webSession(digest)
        let seconds = try await self.context.time()
        try await self.context.run([
            ["HSET", key, "user", user.value, "name", name ?? "", "created", seconds],
            ["EXPIRE", key, Lifetimes.webSession.argument],
        ])
        let life = Lifetimes.webSession.argument
        let dropped = try await self.context.evaluate(
            Self.listSession,
            keys: [self.context.keys.webSessions(of: user)],
            arguments: [digest, life, life, String(Self.mostOfUser)]
        )
        let oldest = (dropped.elements ?? []).compactMap(\.text)
        if !oldest.isEmpty { try await self.context.run(oldest.map { ["DEL", self.context.keys.webSession($0)] }) }
        return secret
    }

    func webSession(_ secret: String) async throws -> WebSession? {
        let digest = SecretDigest.of(secret)
        let found = try await self.context.send(
            ["HMGET", self.context.keys.webSession(digest), "user", "name", "created"]
        )
        let words = (found.elements ?? []).map(\.text)
        guard words.count == 3, let name = words[0], let created = words[2].flatMap({ Int64($0) }) else { return nil }
        let user = try UserID(name)
        let notBefore = try await self.replayer.withCurrentRevocations { try await self.context.notBefore(user) }
        if let notBefore, created <= notBefore { return nil }
        return WebSession(
            user: user,
            name: words[1].flatMap { $0.isEmpty ? nil : $0 },
            created: created,
            digest: digest
        )
    }

    func endWebSession(_ secret: String) async throws {
        let digest = SecretDigest.of(secret)
        let key = self.context.keys.webSession(digest)
        let user = try await self.context.send(["HGET", key, "user"]).text
        try await self.context.run([["DEL", key]])
        guard let user else { return }
        try await self.context.run([["ZREM", self.context.keys.webSessions(of: try UserID(user)), digest]])
    }
}
