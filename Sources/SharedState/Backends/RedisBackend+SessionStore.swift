public import Identity
import Redis

extension RedisBackend: SessionStore {
    /// Opens a session for a user.
    public func create(for user: UserID, client: SessionClient) async throws -> Session {
        let id = try SessionID()
        let (idle, life) = (String(self.sessionLimits.idleSeconds), String(self.sessionLimits.lifetimeSeconds))
        let reply = try await self.evaluate(
            self.scripts.createSession,
            keys: [self.keys.session(id)],
            arguments: [
                idle, life, "user", user.value, "revision", client.revision, "client_name", client.name,
                "client_version", client.version, "capabilities", client.capabilities, "token_id", client.tokenID,
            ]
        )
        guard let created = reply.integerValue else {
            throw SharedStateError(.corrupt, "The session script answered something unknown.")
        }
        let dropped = try await self.evaluate(
            self.scripts.listSession,
            keys: [self.keys.sessions(of: user)],
            arguments: [id.value, idle, life, String(self.sessionLimits.perUser)]
        )
        let commands = (dropped.elements ?? []).compactMap { $0.text.flatMap { SessionID($0) } }.map { id in
            ["DEL", self.keys.session(id)]
        }
        _ = try await self.asking { () async throws(RedisError) in try await self.redis.pipeline(commands) }
        return Session(id: id, user: user, client: client, created: created, lastSeen: created)
    }

    /// The session of that name, or `nil`.
    public func session(_ id: SessionID) async throws -> Session? {
        let reply = try await self.asking { () async throws(RedisError) in
            try await self.redis.send(["HGETALL", self.keys.session(id)])
        }
        return try Self.session(id, fields: reply)
    }

    /// The live sessions of a user, last used first.
    public func sessions(of user: UserID) async throws -> [Session] {
        let reply = try await self.asking { () async throws(RedisError) in
            try await self.redis.send(["ZREVRANGE", self.keys.sessions(of: user), "0", "-1"])
        }
        let ids = (reply.elements ?? []).compactMap { $0.text.flatMap { SessionID($0) } }
        guard !ids.isEmpty else { return [] }
        let replies = try await self.asking { () async throws(RedisError) in
            try await self.redis.pipeline(ids.map { ["HGETALL", self.keys.session($0)] })
        }
        let found = try zip(ids, replies).map { id, reply in
            switch reply {
            case .success(let fields): return try Self.session(id, fields: fields)
            case .failure(let error): throw SharedStateError(.unavailable, "A session could not be read.", cause: error)
            }
        }
        let gone = zip(ids, found).compactMap { id, session in session == nil ? id.value : nil }
        if !gone.isEmpty {
            _ = try await self.asking { () async throws(RedisError) in
                try await self.redis.send(["ZREM", self.keys.sessions(of: user)] + gone)
            }
        }
        return found.compactMap { $0 }
    }

    /// Ends a session of this user.
    public func end(_ id: SessionID, of user: UserID) async throws -> SessionEnding {
        let reply = try await self.evaluate(
            self.scripts.endSession,
            keys: [self.keys.session(id)],
            arguments: [user.value]
        )
        // The id of another's session is in no list of this user.
        _ = try await self.asking { () async throws(RedisError) in
            try await self.redis.send(["ZREM", self.keys.sessions(of: user), id.value])
        }
        switch reply.integerValue {
        case 1: return .ended
        case 0: return .unknown
        case -1: return .foreign
        default: throw SharedStateError(.corrupt, "The session script answered something unknown.")
        }
    }

    private static func session(_ id: SessionID, fields reply: RedisValue) throws -> Session? {
        guard let elements = reply.elements, !elements.isEmpty else { return nil }
        var fields: [String: String] = [:]
        for index in stride(from: 0, to: elements.count - 1, by: 2) {
            if let name = elements[index].text, let value = elements[index + 1].text { fields[name] = value }
        }
        guard let name = fields["user"], let created = fields["created"].flatMap({ Int64($0) }) else {
            throw SharedStateError(.corrupt, "The session \(id) is stored without a user or a time.")
        }
        return Session(
            id: id,
            user: try UserID(name),
            client: SessionClient(
                revision: fields["revision"] ?? "",
                name: fields["client_name"] ?? "",
                version: fields["client_version"] ?? "",
                capabilities: fields["capabilities"] ?? "{}",
                tokenID: fields["token_id"] ?? ""
            ),
            created: created,
            lastSeen: fields["last_seen"].flatMap { Int64($0) } ?? created
        )
    }
}
