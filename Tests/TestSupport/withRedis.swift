import Logging
package import Redis

/// Lends a Redis server, and kills and removes it afterwards.
package func withRedisServer<Value: Sendable>(
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

/// Lends a client of a new Redis server.
package func withRedis<Value: Sendable>(_ body: @Sendable (RedisClient) async throws -> Value) async throws -> Value {
    try await withRedisServer { server in
        try await server.withClient { redis in try await body(redis) }
    }
}

func withRedisClient<Value: Sendable>(
    _ configuration: RedisConfiguration,
    _ configure: (inout RedisConfiguration) -> Void,
    _ body: @Sendable (RedisClient) async throws -> Value
) async throws -> Value {
    var configuration = configuration
    // Generous, so that a loaded machine does not fail the test.
    configuration.waitTimeout = .seconds(10)
    configuration.commandTimeout = .seconds(10)
    configure(&configuration)
    let client = RedisClient(
        configuration: configuration,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await client.run() }
        defer { group.cancelAll() }
        return try await body(client)
    }
}
