public import Logging
import Metrics
public import ServiceLifecycle
import Synchronization

/// Writes audit events as log lines at once, and hands them on to the store once a second.
///
/// The log is the whole trail; the store is for looking at. While it is away events wait, up to a bound, past which the
/// oldest are in the log only.
public final class AuditLedger: AuditTrail, Service {
    private let log: LogAuditTrail
    private let store: any AuditStore
    private let worker: String
    private let logger: Logger
    private let counters: [AuditEvent.Name: Counter]
    private let pending = Mutex<[[String: String]]>([])

    private static let bound = 10_000
    private static let interval = Duration.seconds(1)

    /// Keeps a trail.
    ///
    /// - Parameter worker: the name of this worker, in every record.
    public init(store: any AuditStore, worker: String, logger: Logger) {
        self.log = LogAuditTrail(worker: worker, logger: logger)
        self.store = store
        self.worker = worker
        self.logger = logger
        // Made beforehand, so that each is there from the start and an event only adds to one.
        self.counters = Dictionary(
            uniqueKeysWithValues: AuditEvent.Name.recorded.map { name in
                (name, Counter(label: "carrel_audit_events_total", dimensions: [("event", name.rawValue)]))
            }
        )
    }

    /// Writes an event down.
    public func record(_ event: AuditEvent) {
        self.log.record(event)
        self.counters[event.name]?.increment()
        var fields = event.details
        fields["event"] = event.name.rawValue
        fields["worker"] = self.worker
        fields["user_id"] = event.user
        fields["token_id"] = event.tokenID
        fields["session"] = event.session
        fields["address"] = event.address
        fields["request_id"] = event.requestID
        let record = fields
        self.pending.withLock { pending in
            if pending.count >= Self.bound { pending.removeFirst(Self.bound / 10) }
            pending.append(record)
        }
    }

    /// Hands events on until graceful shutdown, and once more then.
    public func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await Task.sleep(for: Self.interval)
                } catch is CancellationError {
                    return
                }
                await self.flush()
            }
        }
        await self.flush()
    }

    /// Hands on what has been recorded so far.
    public func flush() async {
        let events = self.pending.withLock { pending in
            defer { pending = [] }
            return pending
        }
        guard !events.isEmpty else { return }
        do {
            try await self.store.append(events)
        } catch {
            self.logger.warning("Audit events could not be handed on yet", metadata: ["error": "\(error)"])
            self.pending.withLock { pending in
                pending = Array((events + pending).suffix(Self.bound))
            }
        }
    }
}
