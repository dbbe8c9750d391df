import Identity
import Redis

/// The keys of one user in Redis.
struct RedisUserStateStore: UserStateStore {
    let context: RedisContext
    let sessions: RedisSessionStore

    func entries(of user: UserID) async throws -> [String] {
        let keys = self.context.keys
        // Also the vault's numbers, which must never begin anew while a worker remembers the old ones.
        let kept = ["revoked:", "not-before:", "epoch:", "vault:", "lease:"].map { keys.prefix + $0 }
        // A user id has none of the characters that mean something in a pattern.
        var found = try await self.context.keys(matching: "\(keys.prefix)*{\(user.value)}*")
            .filter { key in !kept.contains { key.hasPrefix($0) } }
        found += try await self.sessions.sessions(of: user).map { keys.session($0.id) }
        let webSessions = try await self.context.keys(matching: "\(keys.prefix)web:*")
        let owners = try await self.context.run(webSessions.map { ["HGET", $0, "user"] })
        found += zip(webSessions, owners).compactMap { key, owner in owner.text == user.value ? key : nil }
        return found.sorted()
    }

    func removeEntries(of user: UserID) async throws -> Int {
        let keys = try await self.entries(of: user)
        try await self.context.run(keys.map { ["DEL", $0] })
        return keys.count
    }
}
