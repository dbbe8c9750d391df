import Identity
import Redis
import Synchronization

/// Ensures Redis holds every revocation before any request is admitted.
///
/// Revocations are replayed from the journal whenever a new server answers (one that came back may be empty, a promoted
/// replica may lack the last writes), and whenever Redis itself says that it is empty. The request that notices it replays;
/// those that notice it meanwhile wait for that one.
final class RevocationReplayer: Sendable {
    /// How often a query is repeated while servers change.
    static let mostRounds = 5

    static var tooManyRounds: SharedStateError {
        SharedStateError(.unavailable, "Redis servers change faster than revocations can be replayed.")
    }

    private let context: RedisContext
    private let journal: RevocationJournal?
    private let state = Mutex(State())

    private struct State {
        /// The generation of servers that holds every revocation.
        var replayed = -1
        var isReplaying = false
        var waiting: [CheckedContinuation<Turn, Never>] = []
    }

    private enum Turn: Sendable {
        /// The caller replays.
        case lead
        /// Another request has replayed, or has failed to.
        case finished(Result<Void, any Error>)
        /// The request that replayed was cancelled.
        case abandoned
    }

    init(context: RedisContext, journal: RevocationJournal?) {
        self.context = context
        self.journal = journal
    }

    var hasJournal: Bool { self.journal != nil }

    /// Whether the servers that hold every revocation have not changed since ``replayIfNeeded()``.
    ///
    /// It is not enough that the present ones hold every revocation: a reply may have come from one of them before that.
    func isCurrent(_ generation: Int?) -> Bool {
        generation == self.context.redis.generation
    }

    func append(_ revocation: Revocation) async throws {
        try await self.journal?.append(revocation)
    }

    /// Runs a query that depends on revocations; again where a server answered it that may lack them.
    ///
    /// - Parameter query: may run several times and must have the same outcome then.
    func withCurrentRevocations<Value>(_ query: () async throws -> Value) async throws -> Value {
        for _ in 0..<Self.mostRounds {
            let generation = try await self.replayIfNeeded()
            let value = try await query()
            if !self.hasJournal || self.isCurrent(generation) { return value }
        }
        throw Self.tooManyRounds
    }

    /// Replays the journal to new servers.
    ///
    /// - Returns: the generation of servers that holds every revocation; `nil` where they changed during the replay.
    @discardableResult
    func replayIfNeeded() async throws -> Int? {
        guard self.hasJournal else { return nil }
        while true {
            if let generation = self.replayedGeneration { return generation }
            switch await self.turn() {
            case .lead: try await self.lead()
            case .finished(let result): try result.get()
            case .abandoned: continue
            }
            return self.replayedGeneration
        }
    }

    /// The present generation of servers, if it holds every revocation.
    private var replayedGeneration: Int? {
        let generation = self.context.redis.generation
        return self.state.withLock { $0.replayed == generation ? generation : nil }
    }

    /// Replays to Redis, which has come back empty, what concerns a user, in a Cluster, or everything.
    func replay(for user: UserID) async throws {
        let all = try await self.journal?.read() ?? []
        try await self.context.store(self.context.isSpread ? all.filter { $0.user == user } : all)
        try await self.context.run([["SET", self.context.epochKey(for: user), try await self.context.time(), "NX"]])
    }

    private func turn() async -> Turn {
        await withCheckedContinuation { continuation in
            let leads = self.state.withLock { state in
                if state.isReplaying {
                    state.waiting.append(continuation)
                    return false
                }
                state.isReplaying = true
                return true
            }
            if leads { continuation.resume(returning: .lead) }
        }
    }

    private func lead() async throws {
        let result: Result<Void, any Error>
        do {
            result = .success(try await self.replayAll())
        } catch {
            result = .failure(error)
        }
        let waiting = self.state.withLock { state in
            defer { (state.isReplaying, state.waiting) = (false, []) }
            return state.waiting
        }
        var turn = Turn.finished(result)
        if case .failure = result, Task.isCancelled { turn = .abandoned }
        for continuation in waiting { continuation.resume(returning: turn) }
        try result.get()
    }

    private func replayAll() async throws {
        // Servers may change meanwhile; then the next request replays again.
        let generation = self.context.redis.generation
        try await self.context.store(try await self.journal?.read() ?? [])
        // Generation 0 means that no server has been connected yet.
        if self.context.redis.generation == generation, generation > 0 {
            self.state.withLock { $0.replayed = generation }
        }
    }
}
