import Identity

/// The usage counts of a single worker.
struct MemoryUsageStore: UsageStore {
    let memory: SharedMemory

    func add(
        _ counts: [UserID: UsageCounts],
        firstSeen: [UserID],
        day: String
    ) async throws -> UnaddedUsage {
        self.memory.withState { state, _ in state.usage.add(counts, day: day) }
        return UnaddedUsage()
    }

    func usage(of user: UserID, day: String) async throws -> UsageCounts {
        self.memory.withState { state, _ in state.usage.days[day]?[user] ?? UsageCounts() }
    }

    func users(day: String) async throws -> [UserID] {
        self.memory.withState { state, _ in Array((state.usage.days[day] ?? [:]).keys) }
    }

    func activeUsers(day: String) async throws -> Int {
        self.memory.withState { state, _ in state.usage.days[day]?.count ?? 0 }
    }
}

/// The usage counts in memory, by day and user.
struct MemoryUsage {
    private static let mostDays = Int(Lifetimes.usage.wholeSeconds / 86400)
    private(set) var days: [String: [UserID: UsageCounts]] = [:]

    mutating func add(_ counts: [UserID: UsageCounts], day: String) {
        if self.days[day] == nil, self.days.count >= Self.mostDays, let oldest = self.days.keys.min() {
            self.days[oldest] = nil
        }
        for (user, counts) in counts { self.days[day, default: [:]][user, default: UsageCounts()].add(counts) }
    }
}
