import SharedState
import Synchronization

/// Keeps recorded events in memory.
final class RecordedAudit: AuditTrail {
    private let recorded = Mutex<[AuditEvent]>([])

    var events: [AuditEvent] { self.recorded.withLock { $0 } }
    var names: [AuditEvent.Name] { self.events.map(\.name) }

    func record(_ event: AuditEvent) { self.recorded.withLock { $0.append(event) } }
}
