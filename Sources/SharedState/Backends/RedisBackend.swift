import Identity
public import Redis

/// The shared state in Redis, for any number of workers.
///
/// One value serves every port; what each needs of Redis is in an extension of its own.
public struct RedisBackend: Sendable {
    let redis: RedisClient
    let keys: Keys
    let sessionLimits: SessionLimits
    let rateLimits: RateLimits
    let scripts: Scripts

    /// Keeps the state behind a client.
    ///
    /// - Parameters:
    ///   - redis: a client that something else runs.
    ///   - keys: the names of all keys.
    public init(
        redis: RedisClient,
        keys: Keys = Keys(),
        sessionLimits: SessionLimits = SessionLimits(),
        rateLimits: RateLimits = RateLimits()
    ) {
        self.redis = redis
        self.keys = keys
        self.sessionLimits = sessionLimits
        self.rateLimits = rateLimits
        self.scripts = Scripts(sessionLimits: sessionLimits, rateLimits: rateLimits)
    }

    /// Asks Redis whether it answers; throws ``SharedStateError`` when it does not.
    public func probe() async throws {
        _ = try await self.asking { () async throws(RedisError) in try await self.redis.send(["PING"]) }
    }

    /// Runs a call to Redis and turns its failure into this module's error.
    func asking<Value>(_ call: () async throws(RedisError) -> Value) async throws -> Value {
        do {
            return try await call()
        } catch {
            throw SharedStateError(.unavailable, "The shared state in Redis cannot be asked now.", cause: error)
        }
    }
}
