package import Logging
import Metrics
import ServiceLifecycle
import Synchronization

/// Writes audit events as log lines at once, and appends them to the store once a second.
///
/// The log is the complete trail; the store is for queries, and has refused requests counted (``RefusalCounts``). While it
/// is unavailable events wait, up to a bound, past which the oldest are in the log only; refusals have a bound of their own.
package final class AuditLedger: AuditTrail, Service {
    private let log: LogAuditTrail
    private let store: any AuditStore
    private let worker: String
    private let now: @Sendable () -> ContinuousClock.Instant
    private let logger: Logger
    private let counters: [AuditEvent.Name: Counter]
    private let unauthorized = Counter(label: "carrel_unauthorized_attempts_total")
    private let dropped = Counter(label: "carrel_audit_events_dropped_total")
    private let pending = Mutex(Pending())

    private struct Pending {
        var events = AuditQueue(bound: 10_000)
        var refusals = AuditQueue(bound: 5000)
        var ofUsers = RefusalCounts(bound: 2000)
        var ofStrangers = RefusalCounts(bound: 2000)

        mutating func append(_ entry: AuditEntry, at now: ContinuousClock.Instant) {
            guard entry.isRefusal else { return self.events.append(entry) }
            let due = entry.user == nil ? self.ofStrangers.add(entry, at: now) : self.ofUsers.add(entry, at: now)
            if let due { self.refusals.append(due) }
        }

        mutating func take(at now: ContinuousClock.Instant, all: Bool) -> (entries: [AuditEntry], dropped: Int) {
            let due = self.ofUsers.takeDue(at: now, all: all) + self.ofStrangers.takeDue(at: now, all: all)
            for entry in due { self.refusals.append(entry) }
            let (events, refusals) = (self.events.take(), self.refusals.take())
            return (events.entries + refusals.entries, events.dropped + refusals.dropped)
        }
    }

    private static let interval = Duration.seconds(1)

    /// - Parameter worker: the name of this worker, in every record.
    package init(
        store: any AuditStore,
        worker: String,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        logger: Logger
    ) {
        self.log = LogAuditTrail(worker: worker, logger: logger)
        self.store = store
        self.worker = worker
        self.now = now
        self.logger = logger
        // Registered up front, so that each is exposed from the start.
        self.counters = Dictionary(
            uniqueKeysWithValues: AuditEvent.Name.recordedByWorkers.map { name in
                (name, Counter(label: "carrel_audit_events_total", dimensions: [("event", name.rawValue)]))
            }
        )
    }

    package func record(_ event: AuditEvent) {
        let fields = event.fields(worker: self.worker)
        self.log.log(event.name, fields)
        self.counters[event.name]?.increment()
        if event.name == .forbidden { self.unauthorized.increment() }
        let entry = AuditEntry(fields)
        let now = self.now()
        self.pending.withLock { $0.append(entry, at: now) }
    }

    /// Flushes events until graceful shutdown, and once more then.
    package func run() async throws {
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
        await self.flush(all: true)
    }

    /// Appends what has been recorded so far to the store.
    ///
    /// - Parameter all: whether also refusals that are still being counted.
    package func flush(all: Bool = false) async {
        let now = self.now()
        let taken = self.pending.withLock { $0.take(at: now, all: all) }
        if taken.dropped > 0 { self.report(lost: taken.dropped, "the queue is full") }
        guard !taken.entries.isEmpty else { return }
        do {
            let unwritten = try await self.store.append(taken.entries)
            let problem = unwritten.problem.map { "\($0)" } ?? ""
            if unwritten.lost > 0 { self.report(lost: unwritten.lost, problem) }
            if !unwritten.entries.isEmpty { self.keep(unwritten.entries, problem) }
        } catch {
            self.keep(taken.entries, "\(error)")
        }
    }

    private func keep(_ entries: [AuditEntry], _ problem: String) {
        self.logger.warning("Audit events could not be stored yet", metadata: ["error": "\(problem)"])
        self.pending.withLock { pending in
            pending.events.putBack(entries.filter { !$0.isRefusal })
            pending.refusals.putBack(entries.filter(\.isRefusal))
        }
    }

    private func report(lost count: Int, _ problem: String) {
        self.dropped.increment(by: count)
        self.logger.error(
            "Audit events are in the log only",
            metadata: ["count": "\(count)", "error": "\(problem)"]
        )
    }
}

extension AuditEvent.Name {
    /// The kinds that workers record, for their counters; commands record the others.
    fileprivate static let recordedByWorkers = Self.allCases.filter { $0 != .userDeleted }
}
