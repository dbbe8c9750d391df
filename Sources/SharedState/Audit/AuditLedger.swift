package import Logging
import Metrics
import ServiceLifecycle
import Synchronization

/// Writes audit events as log lines at once, and appends them to the store once a second.
///
/// The store is for queries, and has refused requests and sessions counted (``EventCounts``); in the log refused requests
/// are counted past the first of a minute. While the store is unavailable events wait, up to a bound, past which the oldest
/// are in the log only; what is counted has a bound of its own.
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
        var counted = AuditQueue(bound: 5000)
        var sessions = EventCounts(bound: 2000)
        var ofUsers = EventCounts(bound: 2000)
        var ofStrangers = EventCounts(bound: 2000)

        /// - Returns: whether the event has a line of its own in the log.
        mutating func append(_ entry: AuditEntry, at now: ContinuousClock.Instant) -> Bool {
            let outcome: EventCounts.Outcome
            switch entry.kind {
            case .events:
                self.events.append(entry)
                return true
            case .sessions: outcome = self.sessions.add(entry, at: now)
            case .refusals where entry.user == nil: outcome = self.ofStrangers.add(entry, at: now)
            case .refusals: outcome = self.ofUsers.add(entry, at: now)
            }
            if let due = outcome.due { self.counted.append(due) }
            // Admitted requests are limited, and each has its line.
            return outcome.isLogged || entry.kind == .sessions
        }

        mutating func take(at now: ContinuousClock.Instant, all: Bool) -> Taken {
            let sessions = self.sessions.takeDue(at: now, all: all).stored
            let ofUsers = self.ofUsers.takeDue(at: now, all: all)
            let ofStrangers = self.ofStrangers.takeDue(at: now, all: all)
            for entry in sessions + ofUsers.stored + ofStrangers.stored { self.counted.append(entry) }
            let (events, counted) = (self.events.take(), self.counted.take())
            return Taken(
                entries: events.entries + counted.entries,
                lines: ofUsers.logged + ofStrangers.logged,
                dropped: events.dropped + counted.dropped
            )
        }
    }

    private struct Taken {
        let entries: [AuditEntry]
        /// For the log.
        let lines: [AuditEntry]
        let dropped: Int
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
        self.counters[event.name]?.increment()
        if event.name == .forbidden { self.unauthorized.increment() }
        let entry = AuditEntry(fields)
        let now = self.now()
        let isLogged = self.pending.withLock { $0.append(entry, at: now) }
        if isLogged { self.log.log(event.name, fields) }
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
        for line in taken.lines { self.log.log(line) }
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
            pending.events.putBack(entries.filter { !$0.kind.isCounted })
            pending.counted.putBack(entries.filter(\.kind.isCounted))
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
