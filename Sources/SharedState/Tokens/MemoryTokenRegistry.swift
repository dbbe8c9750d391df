import Identity

/// The lists of users' tokens in memory.
struct MemoryTokenRegistry: TokenRegistry {
    let memory: SharedMemory

    func add(_ token: TokenRecord, of user: UserID) async throws {
        self.memory.withState { state, _ in state.tokens.byUser[user, default: [:]][token.id] = token }
    }

    func tokens(of user: UserID) async throws -> [TokenRecord] {
        self.memory.withState { state, seconds in
            let live = (state.tokens.byUser[user] ?? [:]).filter { $0.value.expiresAt > seconds }
            state.tokens.byUser[user] = live.isEmpty ? nil : live
            return live.values.sorted { ($0.created, $0.id) > ($1.created, $1.id) }
        }
    }

    func remove(_ id: String, of user: UserID) async throws -> TokenRecord? {
        self.memory.withState { state, _ in state.tokens.byUser[user]?.removeValue(forKey: id) }
    }

    func used(_ id: String, of user: UserID, at second: Int64) async throws {
        self.memory.withState { state, _ in state.tokens.byUser[user]?[id]?.lastUsed = second }
    }
}

/// What is known in memory of users' tokens, by their ids.
struct MemoryTokens {
    var byUser: [UserID: [String: TokenRecord]] = [:]
}
