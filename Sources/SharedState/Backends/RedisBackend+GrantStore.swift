public import Identity
import Redis

extension RedisBackend: GrantStore {
    /// Keeps what a code stands for.
    public func save(_ code: AuthorizationCode, secret: String) async throws {
        let command = ["SET", self.keys.code(secret), try StoredText.encode(code), "EX", String(GrantTimes.code)]
        _ = try await self.asking { () async throws(RedisError) in try await self.redis.send(command) }
    }

    /// What a code stands for, and only once.
    public func redeem(_ secret: String) async throws -> CodeRedemption {
        let reply = try await self.evaluate(
            self.scripts.redeemCode,
            keys: [self.keys.code(secret)],
            arguments: [String(GrantTimes.usedCode)]
        )
        let elements = reply.elements ?? []
        switch elements.first?.integerValue {
        case 0: return .unknown
        case 1 where elements.count == 2:
            return .redeemed(try StoredText.decode(AuthorizationCode.self, from: elements[1].text ?? ""))
        case 2 where elements.count == 3:
            return .replayed(user: try UserID(elements[1].text ?? ""), grant: elements[2].text ?? "")
        default: throw SharedStateError(.corrupt, "The script for codes answered something unknown.")
        }
    }

    /// Opens a grant, unless it has ended before.
    public func open(_ grant: Grant) async throws -> Bool {
        let list = self.keys.grants(of: grant.user)
        let keys = [
            self.keys.grant(grant.id, of: grant.user), self.keys.revoked(grant.id, of: grant.user),
            self.keys.notBefore(grant.user), list,
        ]
        let arguments = [
            String(grant.created), String(GrantTimes.grant), grant.id, "client_id", grant.clientID, "client_name",
            grant.clientName, "scope", grant.scopes.description,
        ]
        let reply = try await self.knowing {
            try await self.evaluate(self.scripts.openGrant, keys: keys, arguments: arguments)
        }
        guard reply.integerValue == 1 else { return false }
        let surplus = try await self.run([["ZRANGE", list, "0", String(-GrantTimes.mostGrants - 1)]])
        for id in (surplus[0].elements ?? []).compactMap(\.text) {
            try await self.revokeGrant(id, of: grant.user, now: grant.created)
        }
        return true
    }

    /// Takes a refresh token for the next one.
    public func rotate(_ token: RefreshToken, clientID: String, scopes: ScopeSet) async throws -> GrantRotation {
        let keys = [
            self.keys.grant(token.grant, of: token.user), self.keys.revoked(token.grant, of: token.user),
            self.keys.notBefore(token.user), self.keys.grants(of: token.user),
        ]
        let arguments =
            [clientID, String(token.number), String(GrantTimes.grace), String(GrantTimes.grant), token.grant]
            + scopes.names.sorted()
        // Asked twice, the second time is within the grace.
        let reply = try await self.knowing {
            try await self.evaluate(self.scripts.rotateGrant, keys: keys, arguments: arguments)
        }
        let elements = reply.elements ?? []
        switch elements.first?.integerValue {
        case 0 where elements.count == 5:
            guard let number = elements[1].integerValue, let created = elements[4].integerValue else { break }
            let grant = Grant(
                id: token.grant,
                user: token.user,
                clientID: clientID,
                clientName: elements[3].text ?? "",
                scopes: ScopeSet(elements[2].text ?? ""),
                created: created,
                lastUsed: created
            )
            return .rotated(number: Int(number), grant)
        case 1: return .ended
        case 2: return .reused
        case 3: return .exceeded
        default: break
        }
        throw SharedStateError(.corrupt, "The script for grants answered something unknown.")
    }

    /// The grants of a user that have not ended, last used first.
    public func grants(of user: UserID) async throws -> [Grant] {
        let replies = try await self.run([
            ["ZREVRANGE", self.keys.grants(of: user), "0", "-1"], ["GET", self.keys.notBefore(user)],
        ])
        let ids = (replies[0].elements ?? []).compactMap(\.text)
        guard !ids.isEmpty else { return [] }
        let notBefore = replies[1].text.flatMap { Int64($0) } ?? -1
        let fields = try await self.run(
            ids.map { id in
                ["HMGET", self.keys.grant(id, of: user), "client_id", "client_name", "scope", "created", "last_used"]
            }
        )
        var grants: [Grant] = []
        var gone: [String] = []
        for (id, reply) in zip(ids, fields) {
            let words = (reply.elements ?? []).map(\.text)
            guard words.count == 5, let client = words[0], let created = words[3].flatMap({ Int64($0) }),
                created > notBefore
            else {
                gone.append(id)
                continue
            }
            grants.append(
                Grant(
                    id: id,
                    user: user,
                    clientID: client,
                    clientName: words[1] ?? "",
                    scopes: ScopeSet(words[2] ?? ""),
                    created: created,
                    lastUsed: words[4].flatMap { Int64($0) } ?? created
                )
            )
        }
        if !gone.isEmpty {
            try await self.run(
                [["ZREM", self.keys.grants(of: user)] + gone] + gone.map { ["DEL", self.keys.grant($0, of: user)] }
            )
        }
        return grants
    }

    /// Ends a grant with all its tokens.
    public func revokeGrant(_ id: String, of user: UserID, now: Int64) async throws {
        // Revoked first: should the rest fail, its tokens are no longer good. One that was ended lately is not ended again.
        let known = try await self.revokedUntil(digest: Keys.digest(id), of: user)
        if known < (now + GrantTimes.grant - GrantTimes.newClient) * 1000 {
            try await self.revoke(id, of: user, expiresAt: now + GrantTimes.grant)
        }
        try await self.run([["DEL", self.keys.grant(id, of: user)], ["ZREM", self.keys.grants(of: user), id]])
    }
}
