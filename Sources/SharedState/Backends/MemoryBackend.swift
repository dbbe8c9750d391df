import Identity
import Synchronization

/// The shared state of a single worker, in its memory.
///
/// Follows the same rules as ``RedisBackend``, which the contract suite holds both to; it ends with the process.
public final class MemoryBackend: Sendable {
    let sessionLimits: SessionLimits
    let rateLimits: RateLimits
    let now: @Sendable () -> Duration
    let journal: RevocationJournal?
    let state = Mutex(State())

    /// Keeps the state in memory.
    ///
    /// - Parameters:
    ///   - journal: the file that outlives the process with what has been revoked.
    ///   - now: the time since 1970.
    public init(
        sessionLimits: SessionLimits = SessionLimits(),
        rateLimits: RateLimits = RateLimits(),
        journal: RevocationJournal? = nil,
        now: @escaping @Sendable () -> Duration
    ) {
        self.journal = journal
        self.sessionLimits = sessionLimits
        self.rateLimits = rateLimits
        self.now = now
    }

    /// Takes up what was revoked before this process began.
    ///
    /// - Throws: ``SharedStateError`` when that cannot be read: nobody may be let in then.
    public func load() throws {
        for revocation in try self.journal?.readNow() ?? [] { self.take(revocation) }
    }

    func take(_ revocation: Revocation) {
        self.state.withLock { state in
            switch revocation {
            case .token(let id, let user, let end): state.revoked[user, default: [:]][id] = end
            case .all(let user, let second): state.notBefore[user] = max(state.notBefore[user] ?? 0, second)
            }
        }
    }

    struct State {
        var sessions: [SessionID: Session] = [:]
        var sessionsByUser: [UserID: Set<SessionID>] = [:]
        /// When revoked tokens end, by the harmless form of their ids.
        var revoked: [UserID: [String: Int64]] = [:]
        var notBefore: [UserID: Int64] = [:]
        /// Theoretical arrival times, in microseconds since 1970.
        var arrivals: [LimitClass: [UserID: Double]] = [:]
        /// Theoretical arrival times of what addresses do.
        var addresses: [String: Double] = [:]
        var audit: [AuditRecord] = []
        var auditCount = 0
        var tokens: [UserID: [String: TokenRecord]] = [:]
        var usage: [String: [UserID: UsageCounts]] = [:]
        var oauth = OAuthState()
        var sweptAt: Int64 = 0
    }

    var seconds: Int64 { self.now().components.seconds }
}

extension MemoryBackend.State {
    mutating func forget(_ id: SessionID) {
        guard let session = self.sessions.removeValue(forKey: id) else { return }
        self.sessionsByUser[session.user]?.remove(id)
        if self.sessionsByUser[session.user]?.isEmpty == true { self.sessionsByUser[session.user] = nil }
    }

    /// Forgets what has expired, at most once a minute, so that an idle user costs nothing.
    mutating func sweep(at seconds: Int64, limits: SessionLimits) {
        guard seconds - self.sweptAt >= 60 else { return }
        self.sweptAt = seconds
        for session in self.sessions.values where session.hasEnded(at: seconds, limits: limits) {
            self.forget(session.id)
        }
        self.revoked = self.revoked.compactMapValues { tokens in
            let live = tokens.filter { $0.value > seconds }
            return live.isEmpty ? nil : live
        }
        self.oauth.sweep(at: seconds)
        self.addresses = self.addresses.filter { $0.value > Double(seconds) * 1_000_000 }
        self.arrivals = self.arrivals.mapValues { $0.filter { $0.value > Double(seconds) * 1_000_000 } }
    }
}

extension Session {
    func hasEnded(at seconds: Int64, limits: SessionLimits) -> Bool {
        self.lastSeen + limits.idleSeconds <= seconds || self.created + limits.lifetimeSeconds <= seconds
    }

    func renewed(at seconds: Int64) -> Session {
        Session(id: self.id, user: self.user, client: self.client, created: self.created, lastSeen: seconds)
    }
}
