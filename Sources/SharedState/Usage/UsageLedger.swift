public import Identity
public import Logging
import Metrics
public import ServiceLifecycle
import Synchronization

/// Adds up what users ask of this worker and hands it on once a second.
///
/// A request only adds to numbers in memory. A worker that is killed loses at most the last second; one that is shut
/// down hands on everything first. Counts that could not be handed on are kept for the next time.
public final class UsageLedger: Service {
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

    /// Keeps a ledger before a store.
    ///
    /// - Parameters:
    ///   - now: seconds since 1970, for the day the counts belong to.
    ///   - interval: the time between two hand-overs.
    public init(
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
    public func record(_ counts: UsageCounts, for user: UserID) {
        self.pending.withLock { pending in
            pending.counts[user, default: UsageCounts()].add(counts)
            if pending.seen.insert(user).inserted { pending.fresh.insert(user) }
        }
    }

    /// Hands on what has been counted until graceful shutdown, and once more then.
    public func run() async throws {
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

    /// Hands on what has been counted so far.
    public func flush() async {
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
            self.logger.warning("Usage could not be handed on", metadata: ["error": "\(error)"])
            self.keep(taken.counts, fresh: taken.fresh)
        }
    }

    /// Keeps what a store did not add, and says what is lost.
    private func keep(_ unadded: UnaddedUsage) {
        let problem = unadded.problem.map { "\($0)" } ?? ""
        if unadded.lost != UsageCounts() {
            var metadata: Logger.Metadata = ["error": "\(problem)"]
            for (name, value) in unadded.lost.fields { metadata["usage.\(name)"] = "\(value)" }
            self.logger.error("Usage was lost", metadata: metadata)
            self.dropped.increment(by: unadded.lost.requests)
        }
        guard !unadded.counts.isEmpty || !unadded.firstSeen.isEmpty else { return }
        self.logger.warning("Some usage could not be handed on", metadata: ["error": "\(problem)"])
        self.keep(unadded.counts, fresh: Set(unadded.firstSeen))
    }

    private func keep(_ counts: [UserID: UsageCounts], fresh: Set<UserID>) {
        self.pending.withLock { pending in
            for (user, counts) in counts { pending.counts[user, default: UsageCounts()].add(counts) }
            pending.fresh.formUnion(fresh)
        }
    }

    /// Whether a text names a day, `yyyy-mm-dd`.
    public static func isDayName(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], text.utf8.allSatisfy({ $0 == 0x2D || (0x30...0x39).contains($0) }),
            let month = Int(parts[1]), let day = Int(parts[2])
        else { return false }
        return (1...12).contains(month) && (1...31).contains(day)
    }

    /// The name of a day, `yyyy-mm-dd`, by days since 1970.
    ///
    /// The Gregorian calendar in whole numbers, counting years from March so that a leap day ends its year.
    public static func dayName(_ days: Int64) -> String {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
    }
}
