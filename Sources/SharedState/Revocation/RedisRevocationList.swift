import Identity

/// The revocations in the journal and in Redis.
struct RedisRevocationList: RevocationList {
    let context: RedisContext
    let replayer: RevocationReplayer
    /// How long a revocation waits for a replica at most.
    let replicaTimeout: Duration

    func revoke(_ credentialID: String, of user: UserID, expiresAt: Int64) async throws {
        try await self.revoke(.token(id: Keys.digest(credentialID), user: user, expiresAt: expiresAt))
    }

    func revokeAll(of user: UserID, issuedUpTo second: Int64) async throws {
        try await self.revoke(.all(user: user, issuedUpTo: second))
    }

    /// Appends a revocation to the journal before Redis, which may lose it or be unavailable.
    ///
    /// What Redis holds for long enough is in the journal too: the same token revoked again and again does not make the
    /// journal grow.
    private func revoke(_ revocation: Revocation) async throws {
        do {
            try await self.replayer.replayIfNeeded()
            if try await self.context.holds(revocation) { return }
        } catch let error as SharedStateError where error.code == .unavailable {
            // Redis is unavailable: the journal counts then.
        }
        try await self.replayer.append(revocation)
        try await self.context.store(revocation, waitingForReplica: self.replicaTimeout)
    }
}
