/// Events of which clients can cause any number, counted by user or address, event and reason.
///
/// The first of its kind is due at once, so that it is seen at once; those after it once a minute, as one event with their
/// count. The log has the first of each minute line by line, and the number of the others. The table is bounded, because
/// clients choose their addresses: past the bound, further ones are counted together, without a name.
struct EventCounts {
    /// What becomes of an event.
    struct Outcome {
        /// For the store now.
        let due: AuditEntry?
        /// Whether the event has a line of its own in the log.
        let isLogged: Bool
    }

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
        var logged = 0
        var since: ContinuousClock.Instant
    }

    static let period = Duration.seconds(60)
    /// Lines of the log in a period.
    static let mostLines = 20
    private let bound: Int
    private var counts: [Kind: Count] = [:]

    init(bound: Int) {
        self.bound = bound
    }

    /// Counts an event.
    mutating func add(_ entry: AuditEntry, at now: ContinuousClock.Instant) -> Outcome {
        let kind = Kind(entry)
        if let outcome = self.increment(kind, entry) { return outcome }
        guard self.counts.count >= self.bound else { return self.begin(kind, entry, at: now) }
        let (rest, nameless) = (kind.withoutSource, entry.withoutSource)
        return self.increment(rest, nameless) ?? self.begin(rest, nameless, at: now)
    }

    /// Removes what is due: with each count those of the last minute.
    ///
    /// - Parameter all: whether also those whose minute has not passed, as before the worker ends.
    /// - Returns: what the store gets, and what the log gets, which has had lines of some.
    mutating func takeDue(at now: ContinuousClock.Instant, all: Bool) -> (stored: [AuditEntry], logged: [AuditEntry]) {
        var stored: [AuditEntry] = []
        var logged: [AuditEntry] = []
        for (kind, count) in self.counts where all || count.since.duration(to: now) >= Self.period {
            guard count.count > 0 else {
                self.counts[kind] = nil
                continue
            }
            stored.append(count.first.standing(for: count.count))
            let silent = count.count - count.logged
            if silent > 0 { logged.append(count.first.standing(for: silent)) }
            self.counts[kind] = all ? nil : Count(first: count.first, since: now)
        }
        return (stored, logged)
    }

    /// - Returns: `nil` for a kind that is not known.
    private mutating func increment(_ kind: Kind, _ entry: AuditEntry) -> Outcome? {
        guard var count = self.counts[kind] else { return nil }
        if count.count == 0 { count.first = entry }
        count.count += 1
        let isLogged = count.logged < Self.mostLines
        if isLogged { count.logged += 1 }
        self.counts[kind] = count
        return Outcome(due: nil, isLogged: isLogged)
    }

    private mutating func begin(_ kind: Kind, _ entry: AuditEntry, at now: ContinuousClock.Instant) -> Outcome {
        self.counts[kind] = Count(first: entry, since: now)
        return Outcome(due: entry.standing(for: 1), isLogged: true)
    }
}

extension EventCounts.Kind {
    fileprivate init(_ entry: AuditEntry) {
        self.init(
            event: entry[.event] ?? "",
            reason: entry[.revokedTokenID] ?? entry[.grant] ?? entry[.reason] ?? entry[.limit]
                ?? entry[AuditField(rawValue: "traversal")] ?? entry[.scope] ?? "",
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
