public import Identity
import Redis

extension RedisBackend: SessionStore {
    /// Opens a session for a user.
    public func create(for user: UserID, client: SessionClient) async throws -> Session {
        let id = try SessionID()
        let reply = try await self.evaluate(
            self.scripts.createSession,
            keys: [self.keys.session(id), self.keys.sessions(of: user)],
            arguments: [
                id.value, String(self.sessionLimits.idleSeconds), String(self.sessionLimits.lifetimeSeconds),
                String(self.sessionLimits.perUser), self.keys.sessionPrefix,
                "user", user.value, "revision", client.revision, "client_name", client.name,
                "client_version", client.version, "capabilities", client.capabilities, "token_id", client.tokenID,
            ]
        )
        guard let created = reply.elements?.first?.integerValue else {
            throw SharedStateError(.corrupt, "The session script answered something unknown.")
        }
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
        return try zip(ids, replies).compactMap { id, reply in
            switch reply {
            case .success(let fields): return try Self.session(id, fields: fields)
            case .failure(let error): throw SharedStateError(.unavailable, "A session could not be read.", cause: error)
            }
        }
    }

    /// Ends a session of this user.
    public func end(_ id: SessionID, of user: UserID) async throws -> SessionEnding {
        let reply = try await self.evaluate(
            self.scripts.endSession,
            keys: [self.keys.session(id), self.keys.sessions(of: user)],
            arguments: [user.value, id.value]
        )
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
