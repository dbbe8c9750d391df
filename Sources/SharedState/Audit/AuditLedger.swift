package import Logging
import Metrics
import ServiceLifecycle
import Synchronization

/// Writes audit events as log lines at once, and appends them to the store once a second.
///
/// The log is the complete trail; the store is for queries. While it is unavailable events wait, up to a bound, past which
/// the oldest are in the log only.
package final class AuditLedger: AuditTrail, Service {
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
        /// How many were dropped since the last flush.
        var dropped = 0

        mutating func bound(to count: Int) {
            guard self.entries.count > AuditLedger.bound else { return }
            self.dropped += self.entries.count - count
            self.entries.removeFirst(self.entries.count - count)
        }
    }

    private static let bound = 10_000
    private static let interval = Duration.seconds(1)

    /// - Parameter worker: the name of this worker, in every record.
    package init(store: any AuditStore, worker: String, logger: Logger) {
        self.log = LogAuditTrail(worker: worker, logger: logger)
        self.store = store
        self.worker = worker
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
        self.pending.withLock { pending in
            pending.entries.append(entry)
            // Many at a time: removing one from the front moves all others.
            pending.bound(to: Self.bound / 10 * 9)
        }
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
        await self.flush()
    }

    /// Appends what has been recorded so far to the store.
    package func flush() async {
        let taken = self.pending.withLock { pending in
            defer { pending = Pending() }
            return pending
        }
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
            pending.entries.insert(contentsOf: entries, at: 0)
            pending.bound(to: Self.bound)
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
