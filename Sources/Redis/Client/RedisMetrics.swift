import Metrics
import NIOCore

/// Metrics of a client, shared by all clients of a process with the same prefix.
struct RedisMetrics: Sendable {
    private let durations: Timer
    private let connections: Meter
    private let failures: [RedisError.Code: Counter]

    private static let reasons: [RedisError.Code] = [
        .unavailable, .timedOut, .connectionClosed, .serverError, .protocolError, .authenticationFailed,
        .tooManyPending,
    ]

    /// - Parameter prefix: prefix of every metric name.
    init(prefix: String) {
        self.durations = Timer(label: "\(prefix)_command_duration_seconds")
        self.connections = Meter(label: "\(prefix)_connections")
        self.failures = Dictionary(
            uniqueKeysWithValues: Self.reasons.map { code in
                (code, Counter(label: "\(prefix)_errors_total", dimensions: [("reason", code.rawValue)]))
            }
        )
    }

    func replied(after time: TimeAmount) {
        self.durations.recordNanoseconds(time.nanoseconds)
    }

    func failed(_ code: RedisError.Code) {
        self.failures[code]?.increment()
    }

    func opened() {
        self.connections.increment()
    }

    func closed() {
        self.connections.decrement()
    }
}
