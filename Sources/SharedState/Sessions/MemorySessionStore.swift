import Identity

/// The sessions of a single worker.
struct MemorySessionStore: SessionStore {
    let memory: SharedMemory
    let limits: SessionLimits

    func create(for user: UserID, client: SessionClient) async throws -> Session {
        let id = try SessionID()
        return self.memory.withState { state, seconds in
            let session = Session(id: id, user: user, client: client, created: seconds, lastSeen: seconds)
            state.sessions.add(session)
            // The new one is never dropped; it may come last among those of one second.
            let others = state.sessions.live(of: user, at: seconds, limits: self.limits).filter { $0.id != id }
            for excess in others.dropFirst(max(0, self.limits.perUser - 1)) { state.sessions.remove(excess.id) }
            return session
        }
    }

    func session(_ id: SessionID) async throws -> Session? {
        self.memory.withState { state, seconds in
            guard let session = state.sessions[id], !session.hasEnded(at: seconds, limits: self.limits) else {
                return nil
            }
            return session
        }
    }

    func sessions(of user: UserID) async throws -> [Session] {
        self.memory.withState { state, seconds in state.sessions.live(of: user, at: seconds, limits: self.limits) }
    }

    func end(_ id: SessionID, of user: UserID) async throws -> SessionEnding {
        self.memory.withState { state, seconds in
            guard let session = state.sessions[id], !session.hasEnded(at: seconds, limits: self.limits) else {
                state.sessions.remove(id)
                return .unknown
            }
            guard session.user == user else { return .foreign }
            state.sessions.remove(id)
            return .ended
        }
    }
}
