internal import Metrics

/// The numbers of vaults; none says whose they are.
struct VaultMetrics: Sendable {
    /// What is asked of an index.
    enum Operation: String, CaseIterable {
        case list, read, search, backlinks, tags, size, write
    }

    private let durations: [Operation: Timer]
    private let sizes: Recorder

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
    }

    /// Measures work, waiting for others included.
    func measuring<Value>(_ operation: Operation, _ work: () async throws -> Value) async throws -> Value {
        let start = ContinuousClock.now
        defer {
            let (seconds, attoseconds) = (ContinuousClock.now - start).components
            self.durations[operation]?.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
        }
        return try await work()
    }

    func seen(_ size: VaultSize) {
        self.sizes.record(size.bytes)
    }
}
