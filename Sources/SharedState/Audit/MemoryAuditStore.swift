/// The last audit events of a single worker.
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
        let audit = self.memory.withState { state, _ in state.audit }
        func newest(_ records: [AuditRecord]) -> [AuditRecord] {
            // bounded: a list
            Array(records.reversed().lazy.filter { user == nil || $0[.userID] == user }.prefix(limit))
        }
        return AuditRecord.merging(newest(audit.events), others: newest(audit.others), limit: limit)
    }
}

/// The audit events in memory.
struct MemoryAudit {
    private static let mostEvents = 10_000
    private static let mostRefusals = 2000
    private static let mostSessions = 2000
    private(set) var events: [AuditRecord] = []
    private var sessions: [AuditRecord] = []
    private var ofUsers: [AuditRecord] = []
    private var ofStrangers: [AuditRecord] = []
    private var count = 0

    /// What is counted, oldest first.
    var others: [AuditRecord] {
        [self.ofUsers, self.ofStrangers].reduce(self.sessions) { merged, more in
            AuditRecord.merging(merged.reversed(), others: more.reversed(), limit: merged.count + more.count).reversed()
        }
    }

    mutating func append(_ entry: AuditEntry, at milliseconds: Int64) {
        self.count += 1
        let record = AuditRecord(id: "\(milliseconds)-\(self.count)", fields: entry.fields)
        switch (entry.kind, entry.user) {
        case (.events, _): Self.append(record, to: &self.events, atMost: Self.mostEvents)
        case (.sessions, _): Self.append(record, to: &self.sessions, atMost: Self.mostSessions)
        case (.refusals, .some): Self.append(record, to: &self.ofUsers, atMost: Self.mostRefusals)
        case (.refusals, .none): Self.append(record, to: &self.ofStrangers, atMost: Self.mostRefusals)
        }
    }

    private static func append(_ record: AuditRecord, to records: inout [AuditRecord], atMost count: Int) {
        records.append(record)
        if records.count > count { records.removeFirst(records.count - count) }
    }
}
