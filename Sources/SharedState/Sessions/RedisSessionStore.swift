import Identity
import Redis

/// The sessions in Redis: one hash each, and a sorted set of each user's ids by last use.
struct RedisSessionStore: SessionStore {
    private static let createSession = LuaSource.script(PackageResources.create_session_lua)
    private static let listSession = LuaSource.script(PackageResources.list_session_lua)
    private static let endSession = LuaSource.script(PackageResources.end_session_lua)

    let context: RedisContext
    let limits: SessionLimits

    private var keys: Keys { self.context.keys }

    func create(for user: UserID, client: SessionClient) async throws -> Session {
        let id = try SessionID()
        let (idle, life) = (String(self.limits.idleSeconds), String(self.limits.lifetimeSeconds))
        let reply = try await self.context.evaluate(
            Self.createSession,
            keys: [self.keys.session(id)],
            arguments: [
                idle, life, Field.user, user.value, Field.revision, client.revision, Field.clientName, client.name,
                Field.clientVersion, client.version, Field.capabilities, client.capabilities, Field.credentialID,
                client.credentialID,
            ]
        )
        guard let created = reply.integerValue else { throw Self.unknownReply }
        let dropped = try await self.context.evaluate(
            Self.listSession,
            keys: [self.keys.sessions(of: user)],
            arguments: [id.value, idle, life, String(self.limits.perUser)]
        )
        let commands = (dropped.elements ?? []).compactMap { $0.text.flatMap { SessionID($0) } }.map { id in
            ["DEL", self.keys.session(id)]
        }
        _ = try await self.context.mappingErrors { () async throws(RedisError) in
            try await self.context.redis.pipeline(commands)
        }
        return Session(id: id, user: user, client: client, created: created, lastSeen: created)
    }

    func session(_ id: SessionID) async throws -> Session? {
        try Self.session(id, fields: try await self.context.send(["HGETALL", self.keys.session(id)]).fields)
    }

    func sessions(of user: UserID) async throws -> [Session] {
        let reply = try await self.context.send(["ZREVRANGE", self.keys.sessions(of: user), "0", "-1"])
        let ids = (reply.elements ?? []).compactMap { $0.text.flatMap { SessionID($0) } }
        guard !ids.isEmpty else { return [] }
        let replies = try await self.context.run(ids.map { ["HGETALL", self.keys.session($0)] })
        let found = try zip(ids, replies).map { id, reply in try Self.session(id, fields: reply.fields) }
        let gone = zip(ids, found).compactMap { id, session in session == nil ? id.value : nil }
        if !gone.isEmpty { _ = try await self.context.send(["ZREM", self.keys.sessions(of: user)] + gone) }
        return found.compactMap { $0 }
    }

    func end(_ id: SessionID, of user: UserID) async throws -> SessionEnding {
        let reply = try await self.context.evaluate(
            Self.endSession,
            keys: [self.keys.session(id)],
            arguments: [user.value]
        )
        // The id of another user's session is in no list of this user.
        _ = try await self.context.send(["ZREM", self.keys.sessions(of: user), id.value])
        switch reply.integerValue.flatMap({ EndReply(rawValue: $0) }) {
        case .ended: return .ended
        case .unknown: return .unknown
        case .foreign: return .foreign
        case nil: throw Self.unknownReply
        }
    }

    private static func session(_ id: SessionID, fields: [String: String]) throws -> Session? {
        guard !fields.isEmpty else { return nil }
        guard let name = fields[Field.user], let created = fields[Field.created].flatMap({ Int64($0) }) else {
            throw SharedStateError(.corrupt, "The session \(id) is stored without a user or a time.")
        }
        return Session(
            id: id,
            user: try UserID(name),
            client: SessionClient(
                revision: fields[Field.revision] ?? "",
                name: fields[Field.clientName] ?? "",
                version: fields[Field.clientVersion] ?? "",
                capabilities: fields[Field.capabilities] ?? "{}",
                credentialID: fields[Field.credentialID] ?? ""
            ),
            created: created,
            lastSeen: fields[Field.lastSeen].flatMap { Int64($0) } ?? created
        )
    }

    private static var unknownReply: SharedStateError {
        SharedStateError(.corrupt, "The session script returned an unknown reply.")
    }
}

extension RedisSessionStore {
    /// The replies of `end-session.lua`.
    private enum EndReply: Int64 {
        case foreign = -1
        case unknown = 0
        case ended = 1
    }

    /// The fields of a session's hash; `create-session.lua` writes the times.
    private enum Field {
        static let user = "user"
        static let revision = "revision"
        static let clientName = "client_name"
        static let clientVersion = "client_version"
        static let capabilities = "capabilities"
        static let credentialID = "token_id"
        static let created = "created"
        static let lastSeen = "last_seen"
    }
}
