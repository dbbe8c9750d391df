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
    let guardian: RevocationGuardian
    /// Whether a server that was not there before has anything to be told.
    let hasJournal: Bool
    /// Whether a user's keys and a session may lie on different servers.
    let isSpread: Bool

    /// Keeps the state behind a client.
    ///
    /// - Parameters:
    ///   - redis: a client that something else runs.
    ///   - keys: the names of all keys.
    ///   - journal: the file that revocations are written to first; without one a Redis that comes back empty has
    ///     forgotten them.
    public init(
        redis: RedisClient,
        keys: Keys = Keys(),
        sessionLimits: SessionLimits = SessionLimits(),
        rateLimits: RateLimits = RateLimits(),
        journal: RevocationJournal? = nil
    ) {
        self.init(
            redis: redis,
            keys: keys,
            sessionLimits: sessionLimits,
            rateLimits: rateLimits,
            journal: journal,
            isSpread: redis.isCluster
        )
    }

    init(
        redis: RedisClient,
        keys: Keys,
        sessionLimits: SessionLimits,
        rateLimits: RateLimits,
        journal: RevocationJournal?,
        isSpread: Bool
    ) {
        self.redis = redis
        self.keys = keys
        self.sessionLimits = sessionLimits
        self.rateLimits = rateLimits
        self.scripts = Scripts(sessionLimits: sessionLimits, rateLimits: rateLimits)
        self.guardian = RevocationGuardian(journal: journal)
        self.hasJournal = journal != nil
        self.isSpread = isSpread
    }

    /// Notes in Redis that it knows what has been revoked, and since when, in seconds since 1970.
    func markFilled(_ user: UserID) async throws {
        let time = try await self.run([["TIME"]])
        guard let seconds = time[0].elements?.first?.text else {
            throw SharedStateError(.corrupt, "Redis gave no time.")
        }
        try await self.run([["SET", self.epochKey(for: user), seconds, "NX"]])
    }

    /// What an operator should know about how Redis is set; empty where all is well.
    ///
    /// - Throws: ``SharedStateError`` when Redis cannot be asked.
    public func warnings() async throws -> [String] {
        let reply: RedisValue
        do {
            reply = try await self.redis.send(["CONFIG", "GET", "maxmemory-policy"])
        } catch  where error.code == .authenticationFailed || error.code == .serverError {
            return ["Redis does not say what its maxmemory-policy is; it must be noeviction."]
        } catch {
            throw SharedStateError(.unavailable, "The shared state in Redis cannot be asked now.", cause: error)
        }
        guard let policy = reply.elements?.last?.text, policy != "noeviction" else { return [] }
        return [
            "Redis' maxmemory-policy is \(policy): sessions, limits and revocations may vanish. Set it to noeviction."
        ]
    }

    /// Asks Redis whether it answers; throws ``SharedStateError`` when it does not.
    public func probe() async throws {
        _ = try await self.asking { () async throws(RedisError) in try await self.redis.send(["PING"]) }
    }

    /// Sends any number of commands, a thousand at a time, as only so many may wait for replies; gives what became of each.
    ///
    /// - Throws: ``SharedStateError`` when none could be sent.
    func replies(to commands: [[String]]) async throws -> [Result<RedisValue, RedisError>] {
        var replies: [Result<RedisValue, RedisError>] = []
        while replies.count < commands.count {
            let piece = Array(commands[replies.count...].prefix(1000))
            do throws(RedisError) {
                replies += try await self.redis.pipeline(piece)
            } catch {
                guard !replies.isEmpty else {
                    throw SharedStateError(.unavailable, "The shared state in Redis cannot be asked now.", cause: error)
                }
                // Nor would the others be sent.
                let failure = Result<RedisValue, RedisError>.failure(error)
                return replies + Array(repeating: failure, count: commands.count - replies.count)
            }
        }
        return replies
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
