import HTTPTypes
import Hummingbird
import Logging
import SharedState

/// Slows down who tries one token after the other, by address.
///
/// Only what has failed already is counted, so that a valid token is never refused by it; and while the shared state is
/// away, a bad token is refused as ever. A request without any token is how clients find out how to sign in: it counts
/// nothing.
struct FailureLimit: Sendable {
    let limit: RateLimit
    let addresses: any AddressLimits
    let audit: any AuditTrail
    let metrics: EdgeMetrics

    func response(to failure: AuthenticationFailure, context: CarrelRequestContext) async -> Response {
        guard self.limit.count > 0, failure.reason != "missing", let address = context.address else {
            return failure.response()
        }
        do {
            guard let wait = try await self.addresses.count(.failure, of: AddressKey.of(address), limit: self.limit)
            else {
                return failure.response()
            }
            return self.limited(wait, context: context)
        } catch {
            context.logger.warning("A failure was not counted", metadata: ["error": "\(error)"])
            return failure.response()
        }
    }

    private func limited(_ wait: Duration, context: CarrelRequestContext) -> Response {
        self.metrics.rateLimited(EdgeMetrics.failedAuthentications)
        self.audit.record(.rateLimited, of: nil, context, ["limit": EdgeMetrics.failedAuthentications])
        let seconds = wait.components.seconds + 1
        return APIError(
            .tooManyRequests,
            "rate_limited",
            "Too many tokens of this address were refused: try again in \(seconds) s.",
            headers: [.retryAfter: "\(seconds)"]
        ).response()
    }
}
