import Identity
import Redis

/// Codes, and grants with their refresh tokens, in Redis.
struct RedisGrantStore: GrantStore {
    private static let redeemCode = LuaSource.script(PackageResources.redeem_code_lua)
    private static let openGrant = LuaSource.script(PackageResources.open_grant_lua)
    private static let rotateGrant = LuaSource.script(PackageResources.rotate_grant_lua)

    let context: RedisContext
    let revocations: RedisRevocationList

    private var keys: Keys { self.context.keys }

    func save(_ code: AuthorizationCode, secret: String) async throws {
        _ = try await self.context.send([
            "SET", self.keys.code(secret), try StoredText.encode(code), "EX", Lifetimes.code.argument,
        ])
    }

    func redeem(_ secret: String) async throws -> CodeRedemption {
        let reply = try await self.context.evaluate(
            Self.redeemCode,
            keys: [self.keys.code(secret)],
            arguments: [Lifetimes.usedCode.argument]
        )
        let elements = reply.elements ?? []
        switch elements.first?.integerValue.flatMap({ RedeemReply(rawValue: $0) }) {
        case .unknown: return .unknown
        case .redeemed where elements.count == 2:
            return .redeemed(try StoredText.decode(AuthorizationCode.self, from: elements[1].text ?? ""))
        case .replayed where elements.count == 3:
            return .replayed(user: try UserID(elements[1].text ?? ""), grant: elements[2].text ?? "")
        default: throw SharedStateError(.corrupt, "The script for codes returned an unknown reply.")
        }
    }

    func open(_ grant: Grant) async throws -> Bool {
        let list = self.keys.grants(of: grant.user)
        let arguments = [
            String(grant.created), Lifetimes.grant.argument, grant.id, Field.clientID, grant.clientID,
            Field.clientName, grant.clientName, Field.scope, grant.scopes.description,
        ]
        let reply = try await self.revocations.replayer.withCurrentRevocations {
            try await self.context.evaluate(
                Self.openGrant,
                keys: self.keys(of: grant.id, user: grant.user),
                arguments: arguments
            )
        }
        guard reply.integerValue == 1 else { return false }
        let surplus = try await self.context.send(["ZRANGE", list, "0", String(-Self.mostGrants - 1)])
        for id in (surplus.elements ?? []).compactMap(\.text) {
            try await self.revokeGrant(id, of: grant.user, now: grant.created)
        }
        return true
    }

    func rotate(_ token: RefreshToken, clientID: String, scopes: ScopeSet) async throws -> GrantRotation {
        let arguments =
            [
                clientID, String(token.number), Lifetimes.rotationGrace.argument, Lifetimes.grant.argument, token.grant,
            ] + scopes.names.sorted()
        // Sent twice, the second time is within the grace.
        let reply = try await self.revocations.replayer.withCurrentRevocations {
            try await self.context.evaluate(
                Self.rotateGrant,
                keys: self.keys(of: token.grant, user: token.user),
                arguments: arguments
            )
        }
        let elements = reply.elements ?? []
        switch elements.first?.integerValue.flatMap({ RotateReply(rawValue: $0) }) {
        case .rotated where elements.count == 5:
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
        case .ended: return .ended
        case .reused: return .reused
        case .exceeded: return .exceeded
        default: break
        }
        throw SharedStateError(.corrupt, "The script for grants returned an unknown reply.")
    }

    func grants(of user: UserID) async throws -> [Grant] {
        let list = self.keys.grants(of: user)
        let ids = (try await self.context.send(["ZREVRANGE", list, "0", "-1"]).elements ?? []).compactMap(\.text)
        guard !ids.isEmpty else { return [] }
        let notBefore = try await self.context.notBefore(user) ?? -1
        let replies = try await self.context.run(ids.map { ["HMGET", self.keys.grant($0, of: user)] + Field.listed })
        let found = zip(ids, replies).map { id, reply in
            (id: id, grant: Self.grant(id, of: user, reply).flatMap { $0.created > notBefore ? $0 : nil })
        }
        let gone = found.filter { $0.grant == nil }.map(\.id)
        if !gone.isEmpty {
            try await self.context.run([["ZREM", list] + gone] + gone.map { ["DEL", self.keys.grant($0, of: user)] })
        }
        return found.compactMap(\.grant)
    }

    func revokeGrant(_ id: String, of user: UserID, now: Int64) async throws {
        // Revoked first: should the rest fail, its tokens are refused. One that was revoked lately is not revoked again.
        let revoked = try await self.context.revokedUntil(digest: Keys.digest(id), of: user)
        let end = now + Lifetimes.grant.wholeSeconds
        if revoked < (end - Lifetimes.recentRevocation.wholeSeconds) * 1000 {
            try await self.revocations.revoke(id, of: user, expiresAt: end)
        }
        try await self.context.run([["DEL", self.keys.grant(id, of: user)], ["ZREM", self.keys.grants(of: user), id]])
    }

    /// The keys of the scripts for a grant.
    private func keys(of grant: String, user: UserID) -> [String] {
        [
            self.keys.grant(grant, of: user), self.keys.revoked(grant, of: user), self.keys.notBefore(user),
            self.keys.grants(of: user),
        ]
    }

    private static func grant(_ id: String, of user: UserID, _ reply: RedisValue) -> Grant? {
        let words = (reply.elements ?? []).map(\.text)
        guard words.count == Field.listed.count, let client = words[0], let created = words[3].flatMap({ Int64($0) })
        else { return nil }
        return Grant(
            id: id,
            user: user,
            clientID: client,
            clientName: words[1] ?? "",
            scopes: ScopeSet(words[2] ?? ""),
            created: created,
            lastUsed: words[4].flatMap { Int64($0) } ?? created
        )
    }
}

extension RedisGrantStore {
    /// The fields of a grant's hash; the scripts write the times and the number.
    private enum Field {
        static let clientID = "client_id"
        static let clientName = "client_name"
        static let scope = "scope"
        static let listed = [clientID, clientName, scope, "created", "last_used"]
    }

    /// The replies of `redeem-code.lua`.
    private enum RedeemReply: Int64 {
        case unknown = 0
        case redeemed = 1
        case replayed = 2
    }

    /// The replies of `rotate-grant.lua`.
    private enum RotateReply: Int64 {
        case rotated = 0
        case ended = 1
        case reused = 2
        case exceeded = 3
    }
}
