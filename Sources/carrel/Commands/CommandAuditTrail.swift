import SharedState
import Synchronization

/// The audit events of a command, stored once it is done.
final class CommandAuditTrail: AuditTrail {
    private static let worker = "command line"
    private let events = Mutex<[AuditEvent]>([])

    func record(_ event: AuditEvent) {
        self.events.withLock { $0.append(event) }
    }

    /// Stores the events; that it failed is reported and does not undo the command.
    func store(in store: any AuditStore) async {
        let events = self.events.withLock { $0.map { $0.fields(worker: Self.worker) } }
        guard !events.isEmpty else { return }
        do {
            try await store.append(events)
        } catch {
            _ = Command.failure("done, but not in the audit trail: \(error)")
        }
    }
}
