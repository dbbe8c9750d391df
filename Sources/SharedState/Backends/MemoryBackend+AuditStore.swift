import Synchronization

extension MemoryBackend: AuditStore {
    /// Writes events down; the last ten thousand are kept.
    public func append(_ entries: [AuditEntry]) async throws -> UnwrittenAudit {
        let milliseconds = Int64(Self.microseconds(self.now()) / 1000)
        self.state.withLock { state in
            for entry in entries {
                state.auditCount += 1
                state.audit.append(AuditRecord(id: "\(milliseconds)-\(state.auditCount)", fields: entry.fields))
            }
            if state.audit.count > 10_000 { state.audit.removeFirst(state.audit.count - 10_000) }
        }
        return UnwrittenAudit()
    }

    /// The last events, newest first.
    public func records(of user: String?, limit: Int) async throws -> [AuditRecord] {
        let all = self.state.withLock { $0.audit }
        return Array(all.reversed().filter { user == nil || $0.fields["user_id"] == user }.prefix(limit))
    }
}
