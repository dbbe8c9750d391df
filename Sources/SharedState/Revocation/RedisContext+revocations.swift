import Identity
import Redis

extension RedisContext {
    private static let revoke = LuaSource.script(PackageResources.revoke_lua)
    private static let revokeAll = LuaSource.script(PackageResources.revoke_all_lua)
    private static let revokedUntil = LuaSource.script(PackageResources.revoked_until_lua)

    /// Redis refuses times past the year 9999.
    private static let latest: Int64 = 253_402_300_799

    /// Stores a revocation and, where there is a replica, waits until one has it too.
    func store(_ revocation: Revocation, waitingForReplica time: Duration) async throws {
        let (script, key, arguments) = self.call(for: revocation)
        try await self.mappingErrors { () async throws(RedisError) in
            try await self.redis.evaluate(script, key: key, arguments: arguments, waitingForReplica: time)
        }
    }

    /// Stores many revocations, a thousand at a time.
    func store(_ revocations: [Revocation]) async throws {
        var tokens: [[String]] = []
        for revocation in revocations {
            guard case .token(let id, let user, let end) = revocation else {
                let (script, key, arguments) = self.call(for: revocation)
                _ = try await self.evaluate(script, keys: [key], arguments: arguments)
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

    /// Whether Redis holds a revocation for long enough already.
    func holds(_ revocation: Revocation) async throws -> Bool {
        switch revocation {
        case .token(let id, let user, let end):
            // A millisecond is lost in rounding.
            return try await self.revokedUntil(digest: id, of: user) + 1 >= min(end, Self.latest) * 1000
        case .all(let user, let second):
            return try await self.notBefore(user).map { $0 >= second } ?? false
        }
    }

    /// Until when a token is revoked, in milliseconds since 1970; 0 where it is not.
    func revokedUntil(digest: String, of user: UserID) async throws -> Int64 {
        let reply = try await self.evaluate(Self.revokedUntil, keys: [self.keys.revoked(digest: digest, of: user)])
        guard let time = reply.integerValue else {
            throw SharedStateError(.corrupt, "The script for revocations returned an unknown reply.")
        }
        return time
    }

    /// The second up to which all tokens of a user are revoked.
    func notBefore(_ user: UserID) async throws -> Int64? {
        try await self.send(["GET", self.keys.notBefore(user)]).text.flatMap { Int64($0) }
    }

    private func call(for revocation: Revocation) -> (script: RedisScript, key: String, arguments: [String]) {
        switch revocation {
        case .token(let id, let user, let expiresAt):
            let end = String(min(expiresAt, Self.latest))
            return (Self.revoke, self.keys.revoked(digest: id, of: user), [end, "revoked"])
        case .all(let user, let second):
            return (Self.revokeAll, self.keys.notBefore(user), [String(second)])
        }
    }
}
