import Identity
import Redis
import Synchronization

/// Sees to it that Redis knows every revocation before anybody is admitted by it.
///
/// Revocations are given to Redis again whenever a server answers that was not there before (one that came back may be
/// empty, a promoted replica may lack the last writes), and whenever Redis says by itself that it is empty.
final class RevocationGuardian: Sendable {
    private let journal: RevocationJournal?
    private let state = Mutex(State())

    private struct State {
        /// The generation of servers that has been given everything.
        var restored = -1
        var running: Task<Void, any Error>?
    }

    init(journal: RevocationJournal?) {
        self.journal = journal
    }

    func append(_ revocation: Revocation) async throws {
        try await self.journal?.append(revocation)
    }

    /// Whether a server answers that was not there before, and must be given everything first.
    func mustRestore(_ redis: RedisClient) -> Bool {
        let generation = redis.generation
        return self.state.withLock { $0.restored != generation }
    }

    /// Gives such a server everything.
    func restore(_ backend: RedisBackend) async throws {
        let generation = backend.redis.generation
        guard self.journal != nil else {
            self.state.withLock { $0.restored = generation }
            return
        }
        // Of many requests that find this at once, one does it and the others wait.
        let task = self.state.withLock { state -> Task<Void, any Error> in
            if let running = state.running { return running }
            let task = Task { try await self.restoreAll(backend) }
            state.running = task
            return task
        }
        try await task.value
    }

    private func restoreAll(_ backend: RedisBackend) async throws {
        defer { self.state.withLock { $0.running = nil } }
        // Servers may change again meanwhile; then it is done again.
        let generation = backend.redis.generation
        try await backend.give(try await self.journal?.read() ?? [])
        // No connection yet is no server yet.
        if backend.redis.generation == generation, generation > 0 {
            self.state.withLock { $0.restored = generation }
        }
    }

    /// Gives Redis, which has come back empty, what is known of a user, in a Cluster, or of all.
    func restore(_ backend: RedisBackend, user: UserID) async throws {
        let all = try await self.journal?.read() ?? []
        try await backend.give(backend.isSpread ? all.filter { $0.user == user } : all)
        try await backend.markFilled(user)
    }
}
