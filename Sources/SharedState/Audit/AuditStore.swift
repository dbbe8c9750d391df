/// Where audit events of all workers are kept for a while, so that they can be looked at.
public protocol AuditStore: Sendable {
    /// Writes events down, in their order.
    ///
    /// - Returns: what was not written down.
    /// - Throws: ``SharedStateError`` when nothing was.
    func append(_ entries: [AuditEntry]) async throws -> UnwrittenAudit

    /// The last events, newest first.
    ///
    /// - Parameter user: only those of this user; `nil` for all.
    func records(of user: String?, limit: Int) async throws -> [AuditRecord]
}

extension AuditStore {
    /// Writes events down now, for whoever has no time to try again.
    ///
    /// - Throws: ``SharedStateError`` when not all were.
    public func append(_ events: [[String: String]]) async throws {
        let unwritten: UnwrittenAudit = try await self.append(events.map { AuditEntry($0) })
        if let problem = unwritten.problem { throw problem }
    }
}
