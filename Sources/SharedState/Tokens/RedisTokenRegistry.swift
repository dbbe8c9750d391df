import Identity
import Redis

/// The lists of users' tokens in Redis: one hash of what is known of them, one of when they were used.
struct RedisTokenRegistry: TokenRegistry {
    let context: RedisContext

    private var keys: Keys { self.context.keys }

    func add(_ token: TokenRecord, of user: UserID) async throws {
        let key = self.keys.tokens(of: user)
        try await self.context.run([
            ["HSET", key, token.id, token.text], ["EXPIRE", key, Lifetimes.tokenList.argument],
        ])
    }

    func tokens(of user: UserID) async throws -> [TokenRecord] {
        let replies = try await self.context.run([
            ["HGETALL", self.keys.tokens(of: user)], ["HGETALL", self.keys.tokensUsed(of: user)], ["TIME"],
        ])
        guard let now = replies[2].elements?.first?.integerValue else {
            throw SharedStateError(.corrupt, "Redis returned no time.")
        }
        let used = replies[1].fields
        var records: [TokenRecord] = []
        var gone: [String] = []
        for (id, text) in replies[0].fields {
            guard var record = TokenRecord(id: id, text: text), record.expiresAt > now else {
                gone.append(id)
                continue
            }
            record.lastUsed = used[id].flatMap { Int64($0) }
            records.append(record)
        }
        if !gone.isEmpty {
            try await self.context.run([
                ["HDEL", self.keys.tokens(of: user)] + gone, ["HDEL", self.keys.tokensUsed(of: user)] + gone,
            ])
        }
        return records.sorted { ($0.created, $0.id) > ($1.created, $1.id) }
    }

    func remove(_ id: String, of user: UserID) async throws -> TokenRecord? {
        let replies = try await self.context.run([
            ["HGET", self.keys.tokens(of: user), id], ["HDEL", self.keys.tokens(of: user), id],
            ["HDEL", self.keys.tokensUsed(of: user), id],
        ])
        return replies[0].text.flatMap { TokenRecord(id: id, text: $0) }
    }

    func used(_ id: String, of user: UserID, at second: Int64) async throws {
        let key = self.keys.tokensUsed(of: user)
        let listed = try await self.context.run([["HEXISTS", self.keys.tokens(of: user), id]])
        guard listed[0].integerValue == 1 else { return }
        try await self.context.run([
            ["HSET", key, id, String(second)], ["EXPIRE", key, Lifetimes.tokenList.argument],
        ])
    }
}
