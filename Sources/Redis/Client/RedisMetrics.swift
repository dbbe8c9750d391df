import Metrics
import NIOCore

/// The numbers of a client; the same ones for all clients of a process.
struct RedisMetrics: Sendable {
    private let answers: Timer
    private let connections: Meter
    private let failures: [RedisError.Code: Counter]

    private static let reasons: [RedisError.Code] = [
        .unavailable, .timedOut, .connectionClosed, .serverError, .protocolError, .authenticationFailed,
        .tooManyPending,
    ]

    /// - Parameter prefix: begins every name.
    init(prefix: String) {
        self.answers = Timer(label: "\(prefix)_command_duration_seconds")
        self.connections = Meter(label: "\(prefix)_connections")
        self.failures = Dictionary(
            uniqueKeysWithValues: Self.reasons.map { code in
                (code, Counter(label: "\(prefix)_errors_total", dimensions: [("reason", code.rawValue)]))
            }
        )
    }

    func answered(after time: TimeAmount) {
        self.answers.recordNanoseconds(time.nanoseconds)
    }

    func failed(_ code: RedisError.Code) {
        self.failures[code]?.increment()
    }

    func opened() {
        self.connections.increment()
    }

    func ended() {
        self.connections.decrement()
    }
}
