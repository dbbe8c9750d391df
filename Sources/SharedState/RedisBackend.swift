package import Redis

/// The shared state in Redis, for any number of workers.
package struct RedisBackend: Sendable {
    /// The stores.
    package let ports: SharedPorts
    /// What orders writes to a volume that several machines share; `nil` where one machine has the volume.
    package let vaults: VaultLedger?
    /// The workers that live.
    package let workers: WorkerRegistry
    private let redis: RedisClient

    /// Keeps the state behind a client.
    ///
    /// - Parameters:
    ///   - redis: a client that the caller runs.
    ///   - journal: the file that revocations are appended to first; without one a Redis that comes back empty has lost
    ///     them.
    ///   - leases: how this process holds leases of vaults, where several machines share the volume.
    package init(
        redis: RedisClient,
        keys: Keys = Keys(),
        sessionLimits: SessionLimits = SessionLimits(),
        rateLimits: RateLimits = RateLimits(),
        journal: RevocationJournal? = nil,
        leases: VaultLeaseSettings? = nil
    ) {
        self.init(
            RedisContext(redis: redis, keys: keys, isSpread: redis.isCluster),
            sessionLimits: sessionLimits,
            rateLimits: rateLimits,
            journal: journal,
            leases: leases
        )
    }

    init(
        _ context: RedisContext,
        sessionLimits: SessionLimits,
        rateLimits: RateLimits,
        journal: RevocationJournal?,
        leases: VaultLeaseSettings? = nil,
        replicaTimeout: Duration = .milliseconds(200)
    ) {
        let replayer = RevocationReplayer(context: context, journal: journal)
        let revocations = RedisRevocationList(
            context: context,
            replayer: replayer,
            replicaTimeout: replicaTimeout
        )
        let sessions = RedisSessionStore(context: context, limits: sessionLimits)
        self.redis = context.redis
        self.workers = WorkerRegistry(context: context)
        self.vaults = leases.map { VaultLedger(context: context, settings: $0) }
        self.ports = SharedPorts(
            sessions: sessions,
            admission: RedisAdmission(
                context: context,
                replayer: replayer,
                sessionLimits: sessionLimits,
                rateLimits: rateLimits,
                hasSequences: leases != nil
            ),
            revocations: revocations,
            tokens: RedisTokenRegistry(context: context),
            audit: RedisAuditStore(context: context),
            actions: RedisActionLimits(context: context),
            logins: RedisLoginStore(context: context),
            clients: RedisClientStore(context: context),
            grants: RedisGrantStore(context: context, revocations: revocations),
            webSessions: RedisWebSessionStore(context: context, replayer: replayer),
            usage: RedisUsageStore(context: context),
            users: RedisUserStateStore(context: context, sessions: sessions),
            probe: { _ = try await context.send(["PING"]) }
        )
    }

    /// What an operator should know about how Redis is configured; empty where all is well.
    ///
    /// - Throws: ``SharedStateError`` when Redis is unavailable.
    package func warnings() async throws -> [String] {
        let reply: RedisValue
        do {
            reply = try await self.redis.send(["CONFIG", "GET", "maxmemory-policy"])
        } catch  where error.code == .authenticationFailed || error.code == .serverError {
            return ["Redis does not say what its maxmemory-policy is; it must be noeviction."]
        } catch {
            throw SharedStateError(.unavailable, "The shared state in Redis is unavailable.", cause: error)
        }
        guard let policy = reply.elements?.last?.text, policy != "noeviction" else { return [] }
        return [
            "Redis' maxmemory-policy is \(policy): sessions, limits and revocations may vanish. Set it to noeviction."
        ]
    }
}
