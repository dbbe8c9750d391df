/// Where audit events of all workers are kept for a while, so that they can be looked at.
public protocol AuditStore: Sendable {
    /// Writes events down, in their order.
    func append(_ events: [[String: String]]) async throws

    /// The last events, newest first.
    ///
    /// - Parameter user: only those of this user; `nil` for all.
    func records(of user: String?, limit: Int) async throws -> [AuditRecord]
}
