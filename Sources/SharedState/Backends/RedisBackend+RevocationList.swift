public import Identity
import Redis

extension RedisBackend: RevocationList {
    /// Revokes one token until it would have expired anyway.
    public func revoke(_ tokenID: String, of user: UserID, expiresAt: Int64) async throws {
        try await self.revoke(.token(id: Keys.digest(tokenID), user: user, expiresAt: expiresAt))
    }

    /// Revokes every token of a user that was issued in or before a second.
    public func revokeAll(of user: UserID, issuedUpTo second: Int64) async throws {
        try await self.revoke(.all(user: user, issuedUpTo: second))
    }

    /// Writes a revocation to the file first: Redis may forget it, or be away now.
    private func revoke(_ revocation: Revocation) async throws {
        try await self.guardian.append(revocation)
        try await self.give(revocation, toReplica: true)
    }

    /// Gives Redis a revocation, and waits until a replica has it too where there is one.
    func give(_ revocation: Revocation, toReplica: Bool) async throws {
        let (script, key, arguments) = self.command(for: revocation)
        try await self.asking { () async throws(RedisError) in
            guard toReplica else {
                _ = try await self.redis.evaluate(script, keys: [key], arguments: arguments)
                return
            }
            try await self.redis.evaluate(script, key: key, arguments: arguments, waitingForReplica: .milliseconds(200))
        }
    }

    private func command(for revocation: Revocation) -> (script: RedisScript, key: String, arguments: [String]) {
        switch revocation {
        case .token(let id, let user, let expiresAt):
            // Past the year 9999 Redis refuses the time: such a token is revoked for as long as Redis can count.
            let end = String(min(expiresAt, 253_402_300_799))
            return (self.scripts.revoke, self.keys.revoked(digest: id, of: user), [end, "revoked"])
        case .all(let user, let second):
            return (self.scripts.revokeAll, self.keys.notBefore(user), [String(second)])
        }
    }
}
