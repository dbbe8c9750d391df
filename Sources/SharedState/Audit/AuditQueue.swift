/// Audit events that wait for the store; past a bound the oldest are dropped.
struct AuditQueue {
    private let bound: Int
    private var entries: [AuditEntry] = []
    /// How many were dropped since they were last taken.
    private var dropped = 0

    init(bound: Int) {
        self.bound = bound
    }

    mutating func append(_ entry: AuditEntry) {
        self.entries.append(entry)
        // Many at a time: removing one from the front moves all others.
        self.trim(to: self.bound / 10 * 9)
    }

    /// Puts events back, before those that have come since.
    mutating func putBack(_ entries: [AuditEntry]) {
        self.entries.insert(contentsOf: entries, at: 0)
        self.trim(to: self.bound)
    }

    mutating func take() -> (entries: [AuditEntry], dropped: Int) {
        defer { self = AuditQueue(bound: self.bound) }
        return (self.entries, self.dropped)
    }

    private mutating func trim(to count: Int) {
        guard self.entries.count > self.bound else { return }
        self.dropped += self.entries.count - count
        self.entries.removeFirst(self.entries.count - count)
    }
}
