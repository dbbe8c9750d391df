package import HTTPTypes

/// The `Retry-After` of a response, in whole seconds (RFC 9110, section 10.2.3).
package struct RetryAfter: Sendable, Hashable {
    package let seconds: Int64

    /// Rounds up, to one second at least.
    package init(_ wait: Duration) {
        let (seconds, attoseconds) = wait.components
        self.seconds = max(1, seconds + (attoseconds > 0 ? 1 : 0))
    }

    /// For transient failures, such as an unavailable Redis.
    package static let moment = RetryAfter(.seconds(1))

    package var headers: HTTPFields { [.retryAfter: "\(self.seconds)"] }
}
