/// The last ten thousand audit events of a single worker.
struct MemoryAuditStore: AuditStore {
    let memory: SharedMemory

    func append(_ entries: [AuditEntry]) async throws -> UnwrittenAudit {
        let milliseconds = Int64(self.memory.now().microseconds / 1000)
        self.memory.withState { state, _ in
            for entry in entries { state.audit.append(entry, at: milliseconds) }
        }
        return UnwrittenAudit()
    }

    func records(of user: String?, limit: Int) async throws -> [AuditRecord] {
        let all = self.memory.withState { state, _ in state.audit.records }
        return Array(all.reversed().filter { user == nil || $0[.userID] == user }.prefix(limit))
    }
}

/// The audit events in memory.
struct MemoryAudit {
    private static let bound = 10_000
    private(set) var records: [AuditRecord] = []
    private var count = 0

    mutating func append(_ entry: AuditEntry, at milliseconds: Int64) {
        self.count += 1
        self.records.append(AuditRecord(id: "\(milliseconds)-\(self.count)", fields: entry.fields))
        if self.records.count > Self.bound { self.records.removeFirst(self.records.count - Self.bound) }
    }
}
