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
    private let unauthorized = Counter(label: "carrel_unauthorized_attempts_total")
    private let dropped = Counter(label: "carrel_audit_events_dropped_total")
    private let pending = Mutex(Pending())

    private struct Pending {
        var entries: [AuditEntry] = []
        /// How many have gone since the last time for want of room.
        var dropped = 0

        mutating func bound(to count: Int) {
            guard self.entries.count > AuditLedger.bound else { return }
            self.dropped += self.entries.count - count
            self.entries.removeFirst(self.entries.count - count)
        }
    }

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
        if event.name == .forbidden { self.unauthorized.increment() }
        var fields = event.details
        fields["event"] = event.name.rawValue
        fields["worker"] = self.worker
        fields["user_id"] = event.user
        fields["token_id"] = event.tokenID
        fields["session"] = event.session
        fields["address"] = event.address
        fields["request_id"] = event.requestID
        fields["trace_id"] = event.traceID
        let entry = AuditEntry(fields)
        self.pending.withLock { pending in
            pending.entries.append(entry)
            // Many at a time: to take one from the front moves all others.
            pending.bound(to: Self.bound / 10 * 9)
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
        let taken = self.pending.withLock { pending in
            defer { pending = Pending() }
            return pending
        }
        if taken.dropped > 0 { self.tell(lost: taken.dropped, "too many wait") }
        guard !taken.entries.isEmpty else { return }
        do {
            let unwritten = try await self.store.append(taken.entries)
            let problem = unwritten.problem.map { "\($0)" } ?? ""
            if unwritten.lost > 0 { self.tell(lost: unwritten.lost, problem) }
            if !unwritten.entries.isEmpty { self.keep(unwritten.entries, problem) }
        } catch {
            self.keep(taken.entries, "\(error)")
        }
    }

    private func keep(_ entries: [AuditEntry], _ problem: String) {
        self.logger.warning("Audit events could not be handed on yet", metadata: ["error": "\(problem)"])
        self.pending.withLock { pending in
            pending.entries.insert(contentsOf: entries, at: 0)
            pending.bound(to: Self.bound)
        }
    }

    private func tell(lost count: Int, _ problem: String) {
        self.dropped.increment(by: count)
        self.logger.error(
            "Audit events are in the log only",
            metadata: ["count": "\(count)", "error": "\(problem)"]
        )
    }
}
