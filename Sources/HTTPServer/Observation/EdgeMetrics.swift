import Metrics
import SharedState

/// The metrics of authentication and admission; every label has few values.
package struct EdgeMetrics: Sendable {
    private let failures: [String: Counter]
    private let hijacks = Counter(label: "carrel_session_hijack_attempts_total")
    private let limited: [String: Counter]

    private static let reasons = ["missing", "malformed", "invalid", "expired", "revoked"]

    private static let limits =
        LimitClass.allCases.map(\.rawValue) + RateLimitedAction.counted.map(\.rawValue)
        + [Self.failedAuthentications, Self.bodies]
    /// The limit's name for failed authentications of an address.
    static let failedAuthentications = "authentication_failures"
    /// The limit's name for bytes of bodies that are being read.
    static let bodies = "bodies"

    /// Creates every counter beforehand, so that a request only adds to one.
    init() {
        self.failures = Dictionary(
            uniqueKeysWithValues: Self.reasons.map { reason in
                (reason, Counter(label: "carrel_authentication_failures_total", dimensions: [("reason", reason)]))
            }
        )
        self.limited = Dictionary(
            uniqueKeysWithValues: Self.limits.map { limit in
                (limit, Counter(label: "carrel_rate_limited_total", dimensions: [("limit", limit)]))
            }
        )
    }

    func authenticationFailed(reason: String) {
        self.failures[reason]?.increment()
    }

    func sessionHijackAttempted() {
        self.hijacks.increment()
    }

    /// - Parameter limit: the class of requests, or the action of an address.
    func rateLimited(_ limit: String) {
        self.limited[limit]?.increment()
    }
}
