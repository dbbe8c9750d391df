/// What a user requested of the server in some time.
package struct UsageCounts: Sendable, Hashable {
    /// Requests of any kind.
    package var requests: Int
    /// Calls that read.
    package var reads: Int
    /// Calls that wrote.
    package var writes: Int
    /// Bytes of request bodies.
    package var bytesIn: Int
    /// Bytes of response bodies.
    package var bytesOut: Int
    /// Calls that failed.
    package var errors: Int

    package init(
        requests: Int = 0,
        reads: Int = 0,
        writes: Int = 0,
        bytesIn: Int = 0,
        bytesOut: Int = 0,
        errors: Int = 0
    ) {
        self.requests = requests
        self.reads = reads
        self.writes = writes
        self.bytesIn = bytesIn
        self.bytesOut = bytesOut
        self.errors = errors
    }

    /// A count, by its name in Redis and in the API.
    enum Counter: String, CaseIterable {
        case requests
        case reads
        case writes
        case bytesIn = "bytes_in"
        case bytesOut = "bytes_out"
        case errors

        fileprivate var path: WritableKeyPath<UsageCounts, Int> {
            switch self {
            case .requests: return \.requests
            case .reads: return \.reads
            case .writes: return \.writes
            case .bytesIn: return \.bytesIn
            case .bytesOut: return \.bytesOut
            case .errors: return \.errors
            }
        }
    }

    subscript(counter: Counter) -> Int {
        get { self[keyPath: counter.path] }
        set { self[keyPath: counter.path] = newValue }
    }

    /// Adds other counts to these.
    package mutating func add(_ other: UsageCounts) {
        self.requests += other.requests
        self.reads += other.reads
        self.writes += other.writes
        self.bytesIn += other.bytesIn
        self.bytesOut += other.bytesOut
        self.errors += other.errors
    }

    /// The counts by their names.
    package var fields: [(name: String, value: Int)] {
        Counter.allCases.map { ($0.rawValue, self[$0]) }
    }
}
