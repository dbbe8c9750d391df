import Metrics
import Synchronization

/// Counts responses by route group and status.
final class ResponseMetrics: Sendable {
    enum Route: Int, CaseIterable {
        case mcp, api, auth, oauth, wellKnown, health, other

        /// - Parameter path: the route's template; `nil` where no route matched.
        init(path: String?) {
            guard let path else {
                self = .other
                return
            }
            if path == "/mcp" {
                self = .mcp
            } else if path.hasPrefix("/api/") {
                self = .api
            } else if path.hasPrefix("/auth/") {
                self = .auth
            } else if path.hasPrefix("/oauth/") {
                self = .oauth
            } else if path.hasPrefix("/health/") {
                self = .health
            } else if path.hasPrefix("/.well-known/") {
                self = .wellKnown
            } else {
                self = .other
            }
        }

        var label: String { self == .wellKnown ? "well-known" : "\(self)" }
    }

    private struct Key: Hashable {
        let route: Route
        let status: Int
    }

    private let counters = Mutex<[Key: Counter]>([:])

    /// - Parameter path: the route's template, not the request's path, which is unbounded.
    func responded(path: String?, status: Int) {
        let key = Key(route: Route(path: path), status: status)
        let counter = self.counters.withLock { counters in
            if let counter = counters[key] { return counter }
            let counter = Counter(
                label: "carrel_http_responses_total",
                dimensions: [("route", key.route.label), ("status", "\(status)")]
            )
            counters[key] = counter
            return counter
        }
        counter.increment()
    }
}
