import Identity

/// Begun logins in memory.
struct MemoryLoginStore: LoginStore {
    let memory: SharedMemory

    func save(_ attempt: LoginAttempt, state: String) async throws {
        self.memory.withState { memory, now in
            memory.logins[state] = Expiring(attempt, until: now + Lifetimes.login.wholeSeconds)
        }
    }

    func take(state: String) async throws -> LoginAttempt? {
        self.memory.withState { memory, now in memory.logins.removeValue(forKey: state)?.live(at: now) }
    }
}
