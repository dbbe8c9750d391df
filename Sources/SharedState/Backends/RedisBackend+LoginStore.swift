public import Identity
import Redis

extension RedisBackend: LoginStore {
    /// Keeps a login for ten minutes.
    public func save(_ attempt: LoginAttempt, state: String) async throws {
        let command = ["SET", self.keys.login(state), try StoredText.encode(attempt), "EX", String(GrantTimes.login)]
        _ = try await self.asking { () async throws(RedisError) in try await self.redis.send(command) }
    }

    /// The login of that state, and only once.
    public func take(state: String) async throws -> LoginAttempt? {
        let reply = try await self.asking { () async throws(RedisError) in
            try await self.redis.send(["GETDEL", self.keys.login(state)])
        }
        return try reply.text.map { try StoredText.decode(LoginAttempt.self, from: $0) }
    }
}

extension RedisBackend: ClientStore {
    /// Keeps a client.
    public func save(_ client: OAuthClient) async throws {
        let life = String(GrantTimes.newClient)
        let command = ["SET", self.keys.client(client.id), try StoredText.encode(client), "EX", life]
        _ = try await self.asking { () async throws(RedisError) in try await self.redis.send(command) }
    }

    /// The client of that id.
    public func client(_ id: String) async throws -> OAuthClient? {
        let reply = try await self.asking { () async throws(RedisError) in
            try await self.redis.send(["GET", self.keys.client(id)])
        }
        return try reply.text.map { try StoredText.decode(OAuthClient.self, from: $0) }
    }

    /// Keeps a client that a user has let in.
    public func keepClient(_ id: String) async throws {
        _ = try await self.asking { () async throws(RedisError) in
            try await self.redis.send(["EXPIRE", self.keys.client(id), String(GrantTimes.client)])
        }
    }
}
