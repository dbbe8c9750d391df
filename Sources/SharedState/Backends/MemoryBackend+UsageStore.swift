public import Identity
import Synchronization

extension MemoryBackend: UsageStore {
    /// Adds counts to a day's.
    public func add(_ counts: [UserID: UsageCounts], firstSeen: [UserID], day: String) async throws -> UnaddedUsage {
        self.state.withLock { state in
            // One worker over one month: older days are of no use to anybody here.
            if state.usage[day] == nil, state.usage.count >= 35, let oldest = state.usage.keys.min() {
                state.usage[oldest] = nil
            }
            for (user, counts) in counts {
                state.usage[day, default: [:]][user, default: UsageCounts()].add(counts)
            }
        }
        return UnaddedUsage()
    }

    /// The counts of a user on a day.
    public func usage(of user: UserID, day: String) async throws -> UsageCounts {
        self.state.withLock { $0.usage[day]?[user] ?? UsageCounts() }
    }

    /// How many users were seen on a day.
    public func activeUsers(day: String) async throws -> Int {
        self.state.withLock { $0.usage[day]?.count ?? 0 }
    }
}
