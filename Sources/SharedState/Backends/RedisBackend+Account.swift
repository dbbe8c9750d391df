public import Identity
import Redis

extension RedisBackend {
    /// The keys of everything that Redis holds of a user, but for what keeps old tokens from being good.
    ///
    /// - Throws: ``SharedStateError`` when Redis cannot be asked.
    public func accountKeys(of user: UserID) async throws -> [String] {
        let kept = ["\(self.keys.prefix)revoked:", "\(self.keys.prefix)not-before:", "\(self.keys.prefix)epoch:"]
        var found = try await self.asking { () async throws(RedisError) in
            // An id has none of the characters that mean something in a pattern.
            try await self.redis.keys(matching: "\(self.keys.prefix)*{\(user.value)}*")
        }.filter { key in !kept.contains { key.hasPrefix($0) } }
        found += try await self.sessions(of: user).map { self.keys.session($0.id) }
        let browsers = try await self.asking { () async throws(RedisError) in
            try await self.redis.keys(matching: "\(self.keys.prefix)web:*")
        }
        let owners = try await self.run(browsers.map { ["HGET", $0, "user"] })
        found += zip(browsers, owners).compactMap { key, owner in owner.text == user.value ? key : nil }
        return found.sorted()
    }

    /// Ends all of a user's tokens, grants, sessions and browsers, and removes what Redis holds of the user.
    ///
    /// - Returns: how many keys were removed.
    public func removeAccount(of user: UserID, now: Int64) async throws -> Int {
        // First nobody gets in any more; then what is left can go.
        try await self.revokeAll(of: user, issuedUpTo: now)
        for grant in try await self.grants(of: user) { try await self.revokeGrant(grant.id, of: user, now: now) }
        let keys = try await self.accountKeys(of: user)
        try await self.run(keys.map { ["DEL", $0] })
        return keys.count
    }
}
