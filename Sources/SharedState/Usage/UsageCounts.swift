/// What a user asked of the server in some time.
public struct UsageCounts: Sendable, Hashable {
    /// Requests of any kind.
    public var requests: Int
    /// Calls that read.
    public var reads: Int
    /// Calls that wrote.
    public var writes: Int
    /// Bytes of request bodies.
    public var bytesIn: Int
    /// Bytes of answers.
    public var bytesOut: Int
    /// Calls that failed.
    public var errors: Int

    /// Counts what is given.
    public init(
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

    /// Adds other counts to these.
    public mutating func add(_ other: UsageCounts) {
        self.requests += other.requests
        self.reads += other.reads
        self.writes += other.writes
        self.bytesIn += other.bytesIn
        self.bytesOut += other.bytesOut
        self.errors += other.errors
    }

    /// Adds to the count of a name.
    mutating func add(_ value: Int, to name: String) {
        switch name {
        case "requests": self.requests += value
        case "reads": self.reads += value
        case "writes": self.writes += value
        case "bytes_in": self.bytesIn += value
        case "bytes_out": self.bytesOut += value
        case "errors": self.errors += value
        default: preconditionFailure("There is no count of the name \(name).")
        }
    }

    /// The counts under the names they have in Redis.
    public var fields: [(name: String, value: Int)] {
        [
            ("requests", self.requests), ("reads", self.reads), ("writes", self.writes),
            ("bytes_in", self.bytesIn), ("bytes_out", self.bytesOut), ("errors", self.errors),
        ]
    }
}
