/// Where audit events of all workers are kept for a while, for queries.
package protocol AuditStore: Sendable {
    /// Appends events, in their order.
    ///
    /// - Returns: what was not appended.
    /// - Throws: ``SharedStateError`` when nothing was.
    func append(_ entries: [AuditEntry]) async throws -> UnwrittenAudit

    /// The last events, newest first; at most half of them refused requests, where there are enough others.
    ///
    /// - Parameter user: only those of this user; `nil` for all.
    func records(of user: String?, limit: Int) async throws -> [AuditRecord]
}

extension AuditStore {
    /// Appends events now, for callers that cannot retry.
    ///
    /// - Throws: ``SharedStateError`` when not all were appended.
    package func append(_ events: [[String: String]]) async throws {
        let unwritten: UnwrittenAudit = try await self.append(events.map { AuditEntry($0) })
        if let problem = unwritten.problem { throw problem }
    }
}
