/// Where audit events are written down.
public protocol AuditTrail: Sendable {
    /// Writes an event down; never fails and never waits.
    func record(_ event: AuditEvent)
}
