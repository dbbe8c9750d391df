/// Refused requests, counted by user or address, event and reason.
///
/// The first of its kind is due at once, so that it is seen at once; those after it once a minute, as one event with their
/// count. The table is bounded, because clients choose their addresses: past the bound, further ones are counted together,
/// without a name.
struct RefusalCounts {
    fileprivate struct Kind: Hashable {
        let event: String
        let reason: String
        /// A user, or the key of an address; `nil` for all beyond the bound.
        let source: String?
    }

    private struct Count {
        /// The first event of those counted.
        var first: AuditEntry
        var count = 0
        var since: ContinuousClock.Instant
    }

    static let period = Duration.seconds(60)
    private let bound: Int
    private var counts: [Kind: Count] = [:]

    init(bound: Int) {
        self.bound = bound
    }

    /// Counts a refusal.
    ///
    /// - Returns: an event that is due now, if this is the first of its kind.
    mutating func add(_ entry: AuditEntry, at now: ContinuousClock.Instant) -> AuditEntry? {
        let kind = Kind(entry)
        if self.increment(kind, entry) { return nil }
        guard self.counts.count >= self.bound else { return self.begin(kind, entry, at: now) }
        let (rest, nameless) = (kind.withoutSource, entry.withoutSource)
        if self.increment(rest, nameless) { return nil }
        return self.begin(rest, nameless, at: now)
    }

    /// Removes what is due: with each count those of the last minute.
    ///
    /// - Parameter all: whether also those whose minute has not passed, as before the worker ends.
    mutating func takeDue(at now: ContinuousClock.Instant, all: Bool) -> [AuditEntry] {
        var due: [AuditEntry] = []
        for (kind, count) in self.counts where all || count.since.duration(to: now) >= Self.period {
            guard count.count > 0 else {
                self.counts[kind] = nil
                continue
            }
            due.append(count.first.standing(for: count.count))
            self.counts[kind] = all ? nil : Count(first: count.first, since: now)
        }
        return due
    }

    /// - Returns: whether the kind is known.
    private mutating func increment(_ kind: Kind, _ entry: AuditEntry) -> Bool {
        guard let known = self.counts[kind]?.count else { return false }
        if known == 0 { self.counts[kind]?.first = entry }
        self.counts[kind]?.count = known + 1
        return true
    }

    private mutating func begin(_ kind: Kind, _ entry: AuditEntry, at now: ContinuousClock.Instant) -> AuditEntry {
        self.counts[kind] = Count(first: entry, since: now)
        return entry.standing(for: 1)
    }
}

extension RefusalCounts.Kind {
    fileprivate init(_ entry: AuditEntry) {
        self.init(
            event: entry[.event] ?? "",
            reason: entry[.reason] ?? entry[.limit] ?? entry[AuditField(rawValue: "traversal")] ?? entry[.scope] ?? "",
            // A user's id has no character of an address that an id could be confused with.
            source: entry.user.map { "{\($0)}" } ?? AddressKey.of(entry[.address] ?? "")
        )
    }

    fileprivate var withoutSource: Self { Self(event: self.event, reason: self.reason, source: nil) }
}

extension AuditEntry {
    /// Only what was refused and why.
    fileprivate var withoutSource: AuditEntry {
        let kept = [AuditField.event, .worker, .reason, .limit, .error, .scope].map(\.rawValue)
        return AuditEntry(self.fields.filter { kept.contains($0.key) })
    }
}
