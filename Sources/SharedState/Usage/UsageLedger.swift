import Encodings
package import Identity
package import Logging
import Metrics
import ServiceLifecycle
import Synchronization

/// Sums what users request of this worker and adds it to the store once a second.
///
/// A request only adds to numbers in memory. A worker that is killed loses at most the last second; one that is shut
/// down flushes first. Counts that could not be added are kept for the next time.
package final class UsageLedger: Service {
    private let store: any UsageStore
    private let now: @Sendable () -> Int64
    private let interval: Duration
    private let logger: Logger
    private let dropped = Counter(label: "carrel_usage_dropped_total")
    private let pending = Mutex(Pending())

    private struct Pending {
        var counts: [UserID: UsageCounts] = [:]
        var seen: Set<UserID> = []
        var fresh: Set<UserID> = []
        var day: Int64 = 0
    }

    /// - Parameters:
    ///   - now: seconds since 1970, for the day the counts belong to.
    ///   - interval: the time between two flushes.
    package init(
        store: any UsageStore,
        now: @escaping @Sendable () -> Int64,
        interval: Duration = .seconds(1),
        logger: Logger
    ) {
        self.store = store
        self.now = now
        self.interval = interval
        self.logger = logger
    }

    /// Adds to a user's counts.
    package func record(_ counts: UsageCounts, for user: UserID) {
        self.pending.withLock { pending in
            pending.counts[user, default: UsageCounts()].add(counts)
            if pending.seen.insert(user).inserted { pending.fresh.insert(user) }
        }
    }

    /// Flushes until graceful shutdown, and once more then.
    package func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await Task.sleep(for: self.interval)
                } catch is CancellationError {
                    return
                }
                await self.flush()
            }
        }
        await self.flush()
    }

    /// Adds what has been counted so far to the store.
    package func flush() async {
        let today = self.now() / 86400
        let taken = self.pending.withLock { pending -> Pending in
            if pending.day != today {
                // A new day begins: every user is new to it. What was counted until now belongs to the day before.
                let yesterday = pending.day == 0 ? today : pending.day
                let taken = Pending(counts: pending.counts, seen: [], fresh: pending.fresh, day: yesterday)
                pending = Pending(day: today)
                return taken
            }
            let taken = Pending(counts: pending.counts, seen: [], fresh: pending.fresh, day: today)
            pending.counts = [:]
            pending.fresh = []
            return taken
        }
        guard !taken.counts.isEmpty || !taken.fresh.isEmpty else { return }
        do {
            let unadded = try await self.store.add(
                taken.counts,
                firstSeen: Array(taken.fresh),
                day: Self.dayName(taken.day)
            )
            if !unadded.isEmpty { self.keep(unadded) }
        } catch {
            self.logger.warning("Usage could not be stored", metadata: ["error": "\(error)"])
            self.keep(taken.counts, fresh: taken.fresh)
        }
    }

    /// Keeps what a store did not add, and logs what is lost.
    private func keep(_ unadded: UnaddedUsage) {
        let problem = unadded.problem.map { "\($0)" } ?? ""
        if unadded.lost != UsageCounts() {
            var metadata: Logger.Metadata = ["error": "\(problem)"]
            for (name, value) in unadded.lost.fields { metadata["usage.\(name)"] = "\(value)" }
            self.logger.error("Usage was lost", metadata: metadata)
            self.dropped.increment(by: unadded.lost.requests)
        }
        guard !unadded.counts.isEmpty || !unadded.firstSeen.isEmpty else { return }
        self.logger.warning("Some usage could not be stored", metadata: ["error": "\(problem)"])
        self.keep(unadded.counts, fresh: Set(unadded.firstSeen))
    }

    private func keep(_ counts: [UserID: UsageCounts], fresh: Set<UserID>) {
        self.pending.withLock { pending in
            for (user, counts) in counts { pending.counts[user, default: UsageCounts()].add(counts) }
            pending.fresh.formUnion(fresh)
        }
    }

    /// Whether a text names a day, `yyyy-mm-dd`.
    package static func isDayName(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], text.utf8.allSatisfy({ $0 == 0x2D || (0x30...0x39).contains($0) }),
            let month = Int(parts[1]), let day = Int(parts[2])
        else { return false }
        return (1...12).contains(month) && (1...31).contains(day)
    }

    /// The name of a day, `yyyy-mm-dd`, by days since 1970.
    package static func dayName(_ days: Int64) -> String {
        RFC3339.text(seconds: days * 86400).prefix(bytes: 10)
    }
}
