import HTTPTypes
import Hummingbird
import Logging
import SharedState

/// Limits what addresses do before a user is known: registrations, logins, refused tokens.
struct AddressRateLimiter: Sendable {
    let failureLimit: RateLimit
    let addresses: any AddressLimits
    let audit: any AuditTrail
    let metrics: EdgeMetrics

    /// Counts an action of the client's address.
    ///
    /// - Throws: ``APIError`` with 429 past the limit, `SharedStateError` when the shared state is unavailable.
    func count(_ action: RateLimitedAction, limit: RateLimit, context: CarrelRequestContext) async throws {
        guard limit.count > 0, let address = context.address,
            let wait = try await self.addresses.count(action, of: AddressKey.of(address), limit: limit)
        else { return }
        throw self.limited(
            action.rawValue,
            wait,
            context
        ) { "Too many requests of this kind from your address: try again in \($0) s." }
    }

    /// The response to a refused token, after it was counted.
    ///
    /// Only refused tokens are counted, so that a valid one is never limited by it; while the shared state is unavailable
    /// they are refused without being counted. A request without any token is how clients discover how to sign in: it
    /// counts nothing.
    func response(to failure: AuthenticationFailure, context: CarrelRequestContext) async -> Response {
        guard self.failureLimit.count > 0, failure.reason != "missing", let address = context.address else {
            return failure.response()
        }
        do {
            let key = AddressKey.of(address)
            guard let wait = try await self.addresses.count(.failure, of: key, limit: self.failureLimit) else {
                return failure.response()
            }
            return self.limited(EdgeMetrics.failedAuthentications, wait, context) {
                "Too many tokens of this address were refused: try again in \($0) s."
            }.response()
        } catch {
            context.logger.warning("A failure was not counted", metadata: ["error": "\(error)"])
            return failure.response()
        }
    }

    private func limited(
        _ limit: String,
        _ wait: Duration,
        _ context: CarrelRequestContext,
        _ message: (Int64) -> String
    ) -> APIError {
        self.metrics.rateLimited(limit)
        self.audit.record(.rateLimited, of: nil, context, [.limit: limit])
        let seconds = wait.components.seconds + 1
        return APIError(
            .tooManyRequests,
            "rate_limited",
            message(seconds),
            headers: [.retryAfter: "\(seconds)"]
        )
    }
}
