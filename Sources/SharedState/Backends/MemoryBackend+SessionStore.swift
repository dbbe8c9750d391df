public import Identity
import Synchronization

extension MemoryBackend: SessionStore {
    /// Opens a session for a user.
    public func create(for user: UserID, client: SessionClient) async throws -> Session {
        let id = try SessionID()
        let seconds = self.seconds
        let session = Session(id: id, user: user, client: client, created: seconds, lastSeen: seconds)
        self.state.withLock { state in
            state.sweep(at: seconds, limits: self.sessionLimits)
            state.sessions[id] = session
            state.sessionsByUser[user, default: []].insert(id)
            // Never the new one, which may come last among those of one second.
            let others = self.live(of: user, at: seconds, in: &state).filter { $0.id != id }
            for excess in others.dropFirst(max(0, self.sessionLimits.perUser - 1)) { state.forget(excess.id) }
        }
        return session
    }

    /// The session of that name, or `nil`.
    public func session(_ id: SessionID) async throws -> Session? {
        let seconds = self.seconds
        return self.state.withLock { state in
            guard let session = state.sessions[id] else { return nil }
            return session.hasEnded(at: seconds, limits: self.sessionLimits) ? nil : session
        }
    }

    /// The live sessions of a user, last used first.
    public func sessions(of user: UserID) async throws -> [Session] {
        let seconds = self.seconds
        return self.state.withLock { self.live(of: user, at: seconds, in: &$0) }
    }

    /// Ends a session of this user.
    public func end(_ id: SessionID, of user: UserID) async throws -> SessionEnding {
        let seconds = self.seconds
        return self.state.withLock { state in
            guard let session = state.sessions[id], !session.hasEnded(at: seconds, limits: self.sessionLimits) else {
                state.forget(id)
                return .unknown
            }
            guard session.user == user else { return .foreign }
            state.forget(id)
            return .ended
        }
    }

    /// The user's live sessions, last used first; the ended ones are forgotten on the way.
    private func live(of user: UserID, at seconds: Int64, in state: inout State) -> [Session] {
        let sessions = (state.sessionsByUser[user] ?? []).compactMap { state.sessions[$0] }
        for session in sessions where session.hasEnded(at: seconds, limits: self.sessionLimits) {
            state.forget(session.id)
        }
        return sessions.filter { !$0.hasEnded(at: seconds, limits: self.sessionLimits) }.sorted {
            ($0.lastSeen, $0.created, $0.id.value) > ($1.lastSeen, $1.created, $1.id.value)
        }
    }
}
