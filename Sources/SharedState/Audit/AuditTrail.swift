/// Where audit events are recorded.
package protocol AuditTrail: Sendable {
    /// Records an event; never fails and never waits.
    func record(_ event: AuditEvent)
}
