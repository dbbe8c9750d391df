import Identity

/// The sessions in memory, by id and by user.
struct MemorySessions {
    private var sessions: [SessionID: Session] = [:]
    private var idsByUser: [UserID: Set<SessionID>] = [:]

    subscript(id: SessionID) -> Session? { self.sessions[id] }

    mutating func add(_ session: Session) {
        self.sessions[session.id] = session
        self.idsByUser[session.user, default: []].insert(session.id)
    }

    mutating func renew(_ session: Session, at seconds: Int64) {
        self.sessions[session.id] = Session(
            id: session.id,
            user: session.user,
            client: session.client,
            created: session.created,
            lastSeen: seconds
        )
    }

    mutating func remove(_ id: SessionID) {
        guard let session = self.sessions.removeValue(forKey: id) else { return }
        self.idsByUser[session.user]?.remove(id)
        if self.idsByUser[session.user]?.isEmpty == true { self.idsByUser[session.user] = nil }
    }

    /// The user's live sessions, last used first; the ended ones are removed on the way.
    mutating func live(of user: UserID, at seconds: Int64, limits: SessionLimits) -> [Session] {
        let sessions = (self.idsByUser[user] ?? []).compactMap { self.sessions[$0] }
        for session in sessions where session.hasEnded(at: seconds, limits: limits) { self.remove(session.id) }
        return sessions.filter { !$0.hasEnded(at: seconds, limits: limits) }.sorted {
            ($0.lastSeen, $0.created, $0.id.value) > ($1.lastSeen, $1.created, $1.id.value)
        }
    }

    mutating func sweep(at seconds: Int64, limits: SessionLimits) {
        for session in self.sessions.values where session.hasEnded(at: seconds, limits: limits) {
            self.remove(session.id)
        }
    }
}

extension Session {
    func hasEnded(at seconds: Int64, limits: SessionLimits) -> Bool {
        self.lastSeen + limits.idleSeconds <= seconds || self.created + limits.lifetimeSeconds <= seconds
    }
}
