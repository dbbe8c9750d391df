public import Redis

/// Lends a Redis server of the test's own, which is gone afterwards.
public func withRedisServer<Value: Sendable>(
    arguments: [String] = [],
    password: String? = nil,
    _ body: @Sendable (RedisServer) async throws -> Value
) async throws -> Value {
    let server = try RedisServer(arguments: arguments, password: password)
    do {
        try await server.start()
        let value = try await body(server)
        try server.remove()
        return value
    } catch {
        try server.remove()
        throw error
    }
}

/// Lends a client of a Redis server of the test's own.
public func withRedis<Value: Sendable>(_ body: @Sendable (RedisClient) async throws -> Value) async throws -> Value {
    try await withRedisServer { server in
        try await server.withClient { redis in try await body(redis) }
    }
}
