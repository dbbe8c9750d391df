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
    ///
    /// What Redis knows for long enough already stands in the file too: the same token shown again and again does not make
    /// the file grow.
    private func revoke(_ revocation: Revocation) async throws {
        do {
            if self.guardian.mustRestore(self.redis) { try await self.guardian.restore(self) }
            if try await self.knows(revocation) { return }
        } catch let error as SharedStateError where error.code == .unavailable {
            // Redis is away: the file is what counts then.
        }
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

    private func knows(_ revocation: Revocation) async throws -> Bool {
        switch revocation {
        case .token(let id, let user, let end):
            // A millisecond is lost in rounding.
            return try await self.revokedUntil(digest: id, of: user) + 1 >= min(end, Self.latest) * 1000
        case .all(let user, let second):
            let known = try await self.run([["GET", self.keys.notBefore(user)]])
            return known[0].text.flatMap { Int64($0) }.map { $0 >= second } ?? false
        }
    }

    /// Asks Redis what depends on what has been revoked: before a server that may lack that is asked, and should such a one
    /// have answered nevertheless, it is told first.
    ///
    /// - Parameter ask: may run several times and must come to the same end then.
    func knowing<Value>(_ ask: () async throws -> Value) async throws -> Value {
        for _ in 0..<5 {
            if self.guardian.mustRestore(self.redis) { try await self.guardian.restore(self) }
            let value = try await ask()
            if !self.hasJournal || !self.guardian.mustRestore(self.redis) { return value }
        }
        throw SharedStateError(.unavailable, "Redis forgets faster than it can be told what has been revoked.")
    }

    /// Until when a token is known to be revoked, in milliseconds since 1970.
    func revokedUntil(digest: String, of user: UserID) async throws -> Int64 {
        let key = self.keys.revoked(digest: digest, of: user)
        let reply = try await self.evaluate(self.scripts.revokedUntil, keys: [key], arguments: [])
        guard let time = reply.integerValue else {
            throw SharedStateError(.corrupt, "The script for revocations answered something unknown.")
        }
        return time
    }

    /// Gives Redis many revocations, a thousand at a time.
    func give(_ revocations: [Revocation]) async throws {
        var tokens: [[String]] = []
        for revocation in revocations {
            guard case .token(let id, let user, let end) = revocation else {
                try await self.give(revocation, toReplica: false)
                continue
            }
            let until = String(min(end, Self.latest))
            tokens.append(["SET", self.keys.revoked(digest: id, of: user), "revoked", "EXAT", until])
            if tokens.count == 1000 {
                try await self.run(tokens)
                tokens = []
            }
        }
        try await self.run(tokens)
    }

    /// Past the year 9999 Redis refuses the time: such a token is revoked for as long as Redis can count.
    private static let latest: Int64 = 253_402_300_799

    private func command(for revocation: Revocation) -> (script: RedisScript, key: String, arguments: [String]) {
        switch revocation {
        case .token(let id, let user, let expiresAt):
            let end = String(min(expiresAt, Self.latest))
            return (self.scripts.revoke, self.keys.revoked(digest: id, of: user), [end, "revoked"])
        case .all(let user, let second):
            return (self.scripts.revokeAll, self.keys.notBefore(user), [String(second)])
        }
    }
}
