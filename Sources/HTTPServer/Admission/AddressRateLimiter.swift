import Hummingbird
import Logging
package import SharedState

/// Limits addresses where no user is known yet: at registration, at login, and when tokens are guessed.
package struct AddressRateLimiter: Sendable {
    /// How many refused tokens an address may send.
    package let failureLimit: RateLimit
    let addresses: any AddressLimits
    let audit: any AuditTrail
    let metrics: EdgeMetrics

    package init(
        failureLimit: RateLimit,
        addresses: any AddressLimits,
        audit: any AuditTrail,
        metrics: EdgeMetrics
    ) {
        self.failureLimit = failureLimit
        self.addresses = addresses
        self.audit = audit
        self.metrics = metrics
    }

    /// Counts an action of the client's address.
    ///
    /// - Throws: ``Refusal`` past the limit, and when the shared state cannot be asked.
    package func count(_ action: RateLimitedAction, limit: RateLimit, context: CarrelRequestContext) async throws {
        guard limit.count > 0, let address = context.address else { return }
        let wait: Duration?
        do {
            wait = try await self.addresses.count(action, of: AddressKey.of(address), limit: limit)
        } catch let error as SharedStateError {
            throw Refusal(error, context)
        }
        guard let wait else { return }
        throw self.excess(action.rawValue, "Too many requests of this kind from your address", wait, context)
    }

    /// Counts a failed authentication against its address.
    ///
    /// Only failures count, so that a valid token is never refused by this limit, and while the shared state is
    /// unavailable an invalid token is refused as ever. A request without a token is how clients discover how to sign in,
    /// and counts nothing.
    ///
    /// - Returns: the failure, or the exceeded limit.
    func refusal(of failure: AuthenticationFailure, context: CarrelRequestContext) async -> Refusal {
        guard self.failureLimit.count > 0, failure.reason != "missing", let address = context.address else {
            return .unauthenticated(failure)
        }
        do {
            let key = AddressKey.of(address)
            guard let wait = try await self.addresses.count(.failure, of: key, limit: self.failureLimit) else {
                return .unauthenticated(failure)
            }
            return self.excess(
                EdgeMetrics.failedAuthentications,
                "Too many tokens of this address were refused",
                wait,
                context
            )
        } catch {
            context.logger.warning("A failed authentication was not counted", metadata: ["error": "\(error)"])
            return .unauthenticated(failure)
        }
    }

    private func excess(_ limit: String, _ what: String, _ wait: Duration, _ context: CarrelRequestContext) -> Refusal {
        self.metrics.rateLimited(limit)
        self.audit.record(.rateLimited, of: nil, context, [.limit: limit])
        return .limited(Refusal.Excess(limit, what, wait: wait))
    }
}
