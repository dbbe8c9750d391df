import Identity
import SharedState
import Synchronization

/// A store that is unavailable at the first call.
final class FailingOnce: UsageStore {
    private let store: any UsageStore
    private let failed = Mutex(false)

    init(store: any UsageStore) {
        self.store = store
    }

    func add(_ counts: [UserID: UsageCounts], firstSeen: [UserID], day: String) async throws -> UnaddedUsage {
        let isFirst = self.failed.withLock { failed -> Bool in
            defer { failed = true }
            return !failed
        }
        if isFirst { throw SharedStateError(.unavailable, "away") }
        return try await self.store.add(counts, firstSeen: firstSeen, day: day)
    }

    func usage(of user: UserID, day: String) async throws -> UsageCounts {
        try await self.store.usage(of: user, day: day)
    }

    func users(day: String) async throws -> [UserID] {
        try await self.store.users(day: day)
    }

    func activeUsers(day: String) async throws -> Int {
        try await self.store.activeUsers(day: day)
    }
}
