import Dispatch
import MCPServer
import Metrics

/// The metrics of MCP calls; every label has few values.
package struct CallMetrics: Sendable {
    private let rejectedPaths = Counter(label: "carrel_paths_rejected_total")
    private let traversals = Counter(label: "carrel_path_traversal_attempts_total")
    private let requests: [Key: Counter]
    private let durations: [String: Metrics.Timer]

    private struct Key: Hashable {
        let method: String
        let outcome: Reply.Outcome
    }

    /// Creates every counter beforehand, so that a call only adds to one.
    ///
    /// - Parameter tools: names of tools, under which their calls are counted.
    package init(tools: [String]) {
        var requests: [Key: Counter] = [:]
        var durations: [String: Metrics.Timer] = [:]
        for method in Set(tools + ["initialize", "ping", "tools/list", "tools/call", "other"]) {
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

    func pathRejected(traversal: Bool) {
        self.rejectedPaths.increment()
        if traversal { self.traversals.increment() }
    }

    func answered(method: String, outcome: Reply.Outcome, since start: DispatchTime) {
        let label = self.durations[method] == nil ? "other" : method
        self.requests[Key(method: label, outcome: outcome)]?.increment()
        self.durations[label]?.recordNanoseconds(
            Int64(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds)
        )
    }
}
