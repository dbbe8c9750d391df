import SharedState
import Synchronization

/// Collects a command's audit events until it ends.
final class CommandAuditTrail: AuditTrail {
    private static let worker = "command line"
    private let events = Mutex<[AuditEvent]>([])

    func record(_ event: AuditEvent) {
        self.events.withLock { $0.append(event) }
    }

    /// A failure is reported and does not undo the command.
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
