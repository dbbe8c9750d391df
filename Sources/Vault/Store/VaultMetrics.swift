internal import Metrics

/// The metrics of vaults; none has a user as a dimension.
struct VaultMetrics: Sendable {
    enum Operation: String, CaseIterable {
        case list, read, search, backlinks, tags, size, write
    }

    private let durations: [Operation: Timer]
    private let sizes: Recorder
    private let rebuilds: Counter
    private let stopped: [StopReason: Counter]

    init() {
        self.durations = Dictionary(
            uniqueKeysWithValues: Operation.allCases.map { operation in
                (
                    operation,
                    Timer(label: "carrel_index_duration_seconds", dimensions: [("operation", operation.rawValue)])
                )
            }
        )
        self.sizes = Recorder(label: "carrel_vault_size_bytes", aggregate: true)
        self.rebuilds = Counter(label: "carrel_index_rebuilds_total")
        self.stopped = Dictionary(
            uniqueKeysWithValues: StopReason.allCases.map { reason in
                (reason, Counter(label: "carrel_queries_stopped_total", dimensions: [("reason", reason.rawValue)]))
            }
        )
    }

    /// Measures work, including the time it waits.
    func measuring<Value>(_ operation: Operation, _ work: () async throws -> Value) async throws -> Value {
        let start = ContinuousClock.now
        defer {
            let (seconds, attoseconds) = (ContinuousClock.now - start).components
            self.durations[operation]?.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
        }
        return try await work()
    }

    func record(_ size: VaultSize) {
        self.sizes.record(size.bytes)
    }

    func countRebuild() { self.rebuilds.increment() }

    func countStopped(_ reason: StopReason) { self.stopped[reason]?.increment() }
}
