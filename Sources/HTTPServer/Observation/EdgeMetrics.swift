package import Dispatch
package import MCPServer
import Metrics
import SharedState

/// The metrics of the HTTP edge; every label has few values.
package struct EdgeMetrics: Sendable {
    private let failures: [String: Counter]
    private let rejectedPaths: Counter
    private let traversals: Counter
    private let hijacks: Counter
    private let limited: [String: Counter]
    private let requests: [Key: Counter]
    private let durations: [String: Metrics.Timer]

    private struct Key: Hashable {
        let method: String
        let outcome: Reply.Outcome
    }

    private static let reasons = ["missing", "malformed", "invalid", "expired", "revoked"]

    private static let limits =
        LimitClass.allCases.map(\.rawValue) + RateLimitedAction.counted.map(\.rawValue) + [Self.failedAuthentications]
    /// The limit of refused tokens of an address.
    static let failedAuthentications = "authentication_failures"

    /// Creates every counter beforehand, so that a request only adds to one.
    ///
    /// - Parameter methods: the values of the label `method`; a tool call is counted under its tool's name.
    package init(methods: [String]) {
        self.failures = Dictionary(
            uniqueKeysWithValues: Self.reasons.map { reason in
                (reason, Counter(label: "carrel_authentication_failures_total", dimensions: [("reason", reason)]))
            }
        )
        self.rejectedPaths = Counter(label: "carrel_paths_rejected_total")
        self.traversals = Counter(label: "carrel_path_traversal_attempts_total")
        self.hijacks = Counter(label: "carrel_session_hijack_attempts_total")
        self.limited = Dictionary(
            uniqueKeysWithValues: Self.limits.map { limit in
                (limit, Counter(label: "carrel_rate_limited_total", dimensions: [("limit", limit)]))
            }
        )
        var requests: [Key: Counter] = [:]
        var durations: [String: Metrics.Timer] = [:]
        for method in Set(methods + ["other"]) {
            durations[method] = Timer(label: "carrel_request_duration_seconds", dimensions: [("method", method)])
            for outcome in [Reply.Outcome.success, .toolError, .protocolError, .internalError] {
                requests[Key(method: method, outcome: outcome)] = Counter(
                    label: "carrel_requests_total",
                    dimensions: [("method", method), ("outcome", outcome.rawValue)]
                )
            }
        }
        self.requests = requests
        self.durations = durations
    }

    package func authenticationFailed(reason: String) {
        self.failures[reason]?.increment()
    }

    package func pathRejected(traversal: Bool) {
        self.rejectedPaths.increment()
        if traversal { self.traversals.increment() }
    }

    package func sessionHijackAttempted() {
        self.hijacks.increment()
    }

    /// - Parameter limit: the class of requests, or what an address did too often.
    package func rateLimited(_ limit: String) {
        self.limited[limit]?.increment()
    }

    package func answered(method: String, outcome: Reply.Outcome, since start: DispatchTime) {
        let label = self.durations[method] == nil ? "other" : method
        self.requests[Key(method: label, outcome: outcome)]?.increment()
        self.durations[label]?.recordNanoseconds(
            Int64(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds)
        )
    }
}
