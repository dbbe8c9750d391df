public import Identity
import Redis

extension RedisBackend: RevocationList {
    /// Revokes one token until it would have expired anyway.
    public func revoke(_ tokenID: String, of user: UserID, expiresAt: Int64) async throws {
        _ = try await self.evaluate(
            self.scripts.revoke,
            keys: [self.keys.revoked(tokenID, of: user)],
            // Past the year 9999 Redis refuses the time: such a token is revoked for as long as Redis can count.
            arguments: [String(min(expiresAt, 253_402_300_799)), "revoked"]
        )
    }

    /// Revokes every token of a user that was issued in or before a second.
    public func revokeAll(of user: UserID, issuedUpTo second: Int64) async throws {
        _ = try await self.evaluate(
            self.scripts.revokeAll,
            keys: [self.keys.notBefore(user)],
            arguments: [String(second)]
        )
    }
}
