package import Identity
import Redis

extension RedisBackend {
    /// The keys of everything that Redis holds of a user, except revocations, which must outlive the user.
    package func accountKeys(of user: UserID) async throws -> [String] {
        let keys = self.context.keys
        let kept = ["\(keys.prefix)revoked:", "\(keys.prefix)not-before:", "\(keys.prefix)epoch:"]
        // A user id has none of the characters that mean something in a pattern.
        var found = try await self.context.keys(matching: "\(keys.prefix)*{\(user.value)}*")
            .filter { key in !kept.contains { key.hasPrefix($0) } }
        found += try await self.ports.sessions.sessions(of: user).map { keys.session($0.id) }
        let webSessions = try await self.context.keys(matching: "\(keys.prefix)web:*")
        let owners = try await self.context.run(webSessions.map { ["HGET", $0, "user"] })
        found += zip(webSessions, owners).compactMap { key, owner in owner.text == user.value ? key : nil }
        return found.sorted()
    }

    /// Revokes all of a user's tokens, grants, sessions and browser sessions, and removes the keys of the user.
    ///
    /// - Returns: how many keys were removed.
    package func removeAccount(of user: UserID, now: Int64) async throws -> Int {
        // Revoked first, so that no request writes into what is removed.
        try await self.ports.revocations.revokeAll(of: user, issuedUpTo: now)
        for grant in try await self.ports.grants.grants(of: user) {
            try await self.ports.grants.revokeGrant(grant.id, of: user, now: now)
        }
        let keys = try await self.accountKeys(of: user)
        try await self.context.run(keys.map { ["DEL", $0] })
        return keys.count
    }
}
