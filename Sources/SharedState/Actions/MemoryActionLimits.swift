/// Counts actions in memory.
struct MemoryActionLimits: ActionLimits {
    let memory: SharedMemory

    func count(
        _ action: RateLimitedAction,
        of source: ActionSource,
        limit: RateLimit,
        cost: Int
    ) async throws -> Duration? {
        guard limit.count > 0 else { return nil }
        let now = self.memory.now().microseconds
        let kind = MemoryActions.Kind(action: action, source: source)
        return self.memory.withState { state, _ in state.actions.count(kind, at: now, limit: limit, cost: cost) }
    }
}

/// Theoretical arrival times of actions, in microseconds since 1970.
struct MemoryActions {
    struct Kind: Hashable {
        let action: RateLimitedAction
        let source: ActionSource
    }

    private var arrivals: [Kind: Double] = [:]

    /// Counts an action; gives the time to wait where the limit is passed, which counts nothing.
    mutating func count(_ kind: Kind, at now: Double, limit: RateLimit, cost: Int) -> Duration? {
        let period = Double(limit.periodMicroseconds)
        let arrival = max(self.arrivals[kind] ?? 0, now) + Double(cost) * period / Double(limit.count)
        let wait = arrival - period - now
        if wait > 1 { return .microseconds(Int64(wait.rounded(.up))) }
        self.arrivals[kind] = arrival
        return nil
    }

    mutating func sweep(at seconds: Int64) {
        self.arrivals = self.arrivals.filter { $0.value > Double(seconds) * 1_000_000 }
    }
}
