import Dispatch
import MCPServer
import Metrics
import SharedState

/// The numbers of the HTTP edge; every label has few values.
struct EdgeMetrics: Sendable {
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
    /// What too many refused tokens of an address are called.
    static let failedAuthentications = "authentication_failures"

    /// Makes every counter beforehand, so that a request only adds to one.
    ///
    /// - Parameter methods: what may stand in the label `method`; a tool call stands as its tool's name.
    init(methods: [String]) {
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

    func authenticationFailed(reason: String) {
        self.failures[reason]?.increment()
    }

    func pathRejected(traversal: Bool) {
        self.rejectedPaths.increment()
        if traversal { self.traversals.increment() }
    }

    func sessionHijackAttempted() {
        self.hijacks.increment()
    }

    /// - Parameter limit: the class of requests, or what an address did too often.
    func rateLimited(_ limit: String) {
        self.limited[limit]?.increment()
    }

    func answered(method: String, outcome: Reply.Outcome, since start: DispatchTime) {
        let label = self.durations[method] == nil ? "other" : method
        self.requests[Key(method: label, outcome: outcome)]?.increment()
        self.durations[label]?.recordNanoseconds(
            Int64(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds)
        )
    }
}
