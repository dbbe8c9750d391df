public import Identity
import Redis

extension RedisBackend: TokenRegistry {
    /// No token lives longer, so neither do these keys, in seconds.
    private static var kept: String { String(400 * 86400) }

    /// Adds a token to its user's.
    public func add(_ token: TokenRecord, of user: UserID) async throws {
        let key = self.keys.tokens(of: user)
        try await self.run([["HSET", key, token.id, token.text], ["EXPIRE", key, Self.kept]])
    }

    /// The user's tokens that have not expired, newest first.
    public func tokens(of user: UserID) async throws -> [TokenRecord] {
        let replies = try await self.run([
            ["HGETALL", self.keys.tokens(of: user)], ["HGETALL", self.keys.tokensUsed(of: user)], ["TIME"],
        ])
        guard let now = replies[2].elements?.first?.integerValue else {
            throw SharedStateError(.corrupt, "Redis gave no time.")
        }
        let used = Self.pairs(replies[1])
        var records: [TokenRecord] = []
        var gone: [String] = []
        for (id, text) in Self.pairs(replies[0]) {
            guard var record = TokenRecord(id: id, text: text), record.expiresAt > now else {
                gone.append(id)
                continue
            }
            record.lastUsed = used[id].flatMap { Int64($0) }
            records.append(record)
        }
        if !gone.isEmpty {
            try await self.run([
                ["HDEL", self.keys.tokens(of: user)] + gone, ["HDEL", self.keys.tokensUsed(of: user)] + gone,
            ])
        }
        return records.sorted { ($0.created, $0.id) > ($1.created, $1.id) }
    }

    /// Forgets a token.
    public func remove(_ id: String, of user: UserID) async throws -> TokenRecord? {
        let replies = try await self.run([
            ["HGET", self.keys.tokens(of: user), id], ["HDEL", self.keys.tokens(of: user), id],
            ["HDEL", self.keys.tokensUsed(of: user), id],
        ])
        return replies[0].text.flatMap { TokenRecord(id: id, text: $0) }
    }

    /// Notes when a token was used.
    public func used(_ id: String, of user: UserID, at second: Int64) async throws {
        let key = self.keys.tokensUsed(of: user)
        let listed = try await self.run([["HEXISTS", self.keys.tokens(of: user), id]])
        guard listed[0].integerValue == 1 else { return }
        try await self.run([["HSET", key, id, String(second)], ["EXPIRE", key, Self.kept]])
    }

    /// Runs commands that must all succeed.
    @discardableResult
    func run(_ commands: [[String]]) async throws -> [RedisValue] {
        try await self.asking { () async throws(RedisError) in
            var values: [RedisValue] = []
            for reply in try await self.redis.pipeline(commands) { values.append(try reply.get()) }
            return values
        }
    }

    private static func pairs(_ reply: RedisValue) -> [String: String] {
        let elements = reply.elements ?? []
        var pairs: [String: String] = [:]
        for index in stride(from: 0, to: elements.count - 1, by: 2) {
            if let name = elements[index].text, let value = elements[index + 1].text { pairs[name] = value }
        }
        return pairs
    }
}
