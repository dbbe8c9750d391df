import Metrics
import Synchronization

/// Counts answers by the part of the server that gave them and by status.
final class ResponseMetrics: Sendable {
    /// The parts of the server.
    enum Route: Int, CaseIterable {
        case mcp, api, auth, oauth, wellKnown, health, other

        /// The part that a route's path belongs to; `nil` is where there is no route.
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

    /// Counts an answer.
    ///
    /// - Parameter path: the route's, not the one that was asked for: whoever asks could write what they like.
    func answered(path: String?, status: Int) {
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
