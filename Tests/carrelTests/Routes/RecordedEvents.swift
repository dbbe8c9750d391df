import SharedState
import Synchronization

/// An audit trail that a test reads.
final class RecordedEvents: AuditTrail {
    private let events = Mutex<[AuditEvent]>([])

    func record(_ event: AuditEvent) {
        self.events.withLock { $0.append(event) }
    }

    /// The names of all events, in order.
    var names: [String] { self.events.withLock { $0.map(\.name.rawValue) } }

    /// The events of a name.
    func events(_ name: AuditEvent.Name) -> [AuditEvent] {
        self.events.withLock { $0.filter { $0.name == name } }
    }
}
