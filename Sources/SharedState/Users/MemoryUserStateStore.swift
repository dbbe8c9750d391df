import Identity

/// What is kept of one user in memory, under the names of the keys in Redis.
struct MemoryUserStateStore: UserStateStore {
    private static let keys = Keys()

    let memory: SharedMemory
    let sessionLimits: SessionLimits

    func entries(of user: UserID) async throws -> [String] {
        self.memory.withState { state, seconds in self.entries(of: user, at: seconds, in: &state) }
    }

    func removeEntries(of user: UserID) async throws -> Int {
        self.memory.withState { state, seconds in
            let count = self.entries(of: user, at: seconds, in: &state).count
            for session in state.sessions.live(of: user, at: seconds, limits: self.sessionLimits) {
                state.sessions.remove(session.id)
            }
            state.tokens.byUser[user] = nil
            for grant in state.grants.live(of: user, at: seconds) { state.grants.remove(grant.id, of: user) }
            state.webSessions = state.webSessions.filter { $0.value.live(at: seconds)?.user != user }
            return count
        }
    }

    private func entries(of user: UserID, at seconds: Int64, in state: inout SharedMemory.State) -> [String] {
        var names = state.sessions.live(of: user, at: seconds, limits: self.sessionLimits).map {
            Self.keys.session($0.id)
        }
        if state.tokens.byUser[user] != nil { names.append(Self.keys.tokens(of: user)) }
        names += state.grants.live(of: user, at: seconds).map { Self.keys.grant($0.id, of: user) }
        names += state.webSessions.values.compactMap { $0.live(at: seconds) }.filter { $0.user == user }.map {
            Self.keys.webSession($0.digest)
        }
        return names.sorted()
    }
}
