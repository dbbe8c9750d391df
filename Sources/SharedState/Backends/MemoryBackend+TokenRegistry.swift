public import Identity
import Synchronization

extension MemoryBackend: TokenRegistry {
    /// Adds a token to its user's.
    public func add(_ token: TokenRecord, of user: UserID) async throws {
        self.state.withLock { $0.tokens[user, default: [:]][token.id] = token }
    }

    /// The user's tokens that have not expired, newest first.
    public func tokens(of user: UserID) async throws -> [TokenRecord] {
        let seconds = self.seconds
        return self.state.withLock { state in
            let live = (state.tokens[user] ?? [:]).filter { $0.value.expiresAt > seconds }
            state.tokens[user] = live.isEmpty ? nil : live
            return live.values.sorted { ($0.created, $0.id) > ($1.created, $1.id) }
        }
    }

    /// Forgets a token.
    public func remove(_ id: String, of user: UserID) async throws -> TokenRecord? {
        self.state.withLock { $0.tokens[user]?.removeValue(forKey: id) }
    }

    /// Notes when a token was used.
    public func used(_ id: String, of user: UserID, at second: Int64) async throws {
        self.state.withLock { $0.tokens[user]?[id]?.lastUsed = second }
    }
}
