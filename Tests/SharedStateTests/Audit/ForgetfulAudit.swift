import SharedState
import Synchronization

/// A store that fails the first time and writes only every other event down the second time.
final class ForgetfulAudit: AuditStore {
    private let store: any AuditStore
    private let calls = Mutex(0)

    init(store: any AuditStore) {
        self.store = store
    }

    func append(_ entries: [AuditEntry]) async throws -> UnwrittenAudit {
        let call = self.calls.withLock { calls -> Int in
            calls += 1
            return calls
        }
        switch call {
        case 1: throw SharedStateError(.unavailable, "away")
        case 2:
            let taken = entries.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
            var unwritten = try await self.store.append(taken)
            unwritten.entries = entries.filter { !taken.contains($0) }
            return unwritten
        default: return try await self.store.append(entries)
        }
    }

    func records(of user: String?, limit: Int) async throws -> [AuditRecord] {
        try await self.store.records(of: user, limit: limit)
    }
}
