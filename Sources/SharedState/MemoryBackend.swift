/// The shared state of a single worker, in its memory; it ends with the process.
///
/// Keeps the same promises as ``RedisBackend``: the contract suite runs on both.
package struct MemoryBackend: Sendable {
    /// The stores.
    package let ports: SharedPorts
    private let revocations: MemoryRevocationList

    /// - Parameters:
    ///   - journal: the file in which revocations outlive the process.
    ///   - now: the time since 1970.
    package init(
        sessionLimits: SessionLimits = SessionLimits(),
        rateLimits: RateLimits = RateLimits(),
        journal: RevocationJournal? = nil,
        now: @escaping @Sendable () -> Duration
    ) {
        let memory = SharedMemory(sessionLimits: sessionLimits, now: now)
        let revocations = MemoryRevocationList(memory: memory, journal: journal)
        self.revocations = revocations
        self.ports = SharedPorts(
            sessions: MemorySessionStore(memory: memory, limits: sessionLimits),
            admission: MemoryAdmission(memory: memory, sessionLimits: sessionLimits, rateLimits: rateLimits),
            revocations: revocations,
            tokens: MemoryTokenRegistry(memory: memory),
            audit: MemoryAuditStore(memory: memory),
            actions: MemoryActionLimits(memory: memory),
            logins: MemoryLoginStore(memory: memory),
            clients: MemoryClientStore(memory: memory),
            grants: MemoryGrantStore(memory: memory, revocations: revocations),
            webSessions: MemoryWebSessionStore(memory: memory),
            usage: MemoryUsageStore(memory: memory),
            users: MemoryUserStateStore(memory: memory, sessionLimits: sessionLimits),
            probe: {}
        )
    }

    /// Loads the revocations of the journal; must succeed before any request is admitted.
    package func load() throws {
        try self.revocations.load()
    }
}
