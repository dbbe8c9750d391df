package import HTTPTypes
import Hummingbird
import Logging
package import SharedState

/// Why a request is not admitted; each API renders it in its own format.
package enum Refusal: Error, Sendable {
    /// No valid token: status 401 with a challenge.
    case unauthenticated(AuthenticationFailure)
    /// A rate limit of a user or an address: status 429.
    case limited(Excess)
    /// The session has ended, was never opened, or is another user's: status 404.
    case unknownSession
    /// The shared state is unavailable: status 503.
    case unavailable
    /// A limit of all clients together: status 503.
    case busy(Excess)

    package struct Excess: Sendable {
        /// The limit's name in metrics and audit events.
        package let limit: String
        package let message: String
        package let retryAfter: RetryAfter
        package let headers: HTTPFields

        init(_ limit: String, _ what: String, wait: Duration, headers: (RetryAfter) -> HTTPFields = { _ in [:] }) {
            let retryAfter = RetryAfter(wait)
            self.limit = limit
            self.message = "\(what): try again in \(retryAfter.seconds) s."
            self.retryAfter = retryAfter
            var fields = headers(retryAfter)
            fields.append(contentsOf: retryAfter.headers)
            self.headers = fields
        }
    }

    /// Shown to clients while the shared state is unavailable.
    package static let unavailableMessage = "The server cannot check the request now; try again in a moment."

    /// Logs the failure; the client is asked only to try again.
    package init(_ error: SharedStateError, _ context: CarrelRequestContext) {
        context.logger.error("The shared state is unavailable", metadata: ["error": "\(error)"])
        self = .unavailable
    }
}
