import Hummingbird
import Identity
import Logging
package import SharedState

/// Rate limits by client address, where no user is known yet: registration, login, failed authentication.
package struct AddressRateLimiter: Sendable {
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
    /// - Throws: ``Refusal`` over the limit, and when the shared state is unavailable.
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
    /// Only failures count, so that this limit never refuses a valid token; while the shared state is unavailable, an
    /// invalid token is still a 401. A request without a token is how clients discover where to sign in, and does not
    /// count.
    ///
    /// - Returns: the failure, or the refusal of the limit.
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

    /// The refusal of a body that exceeds a budget of bytes in flight.
    ///
    /// - Parameter principal: the user, where known.
    func refusal(
        of shortage: BodyBudget.Shortage,
        by principal: Principal? = nil,
        session: String? = nil,
        context: CarrelRequestContext
    ) -> Refusal {
        let limit = EdgeMetrics.bodies
        self.metrics.rateLimited(limit)
        let wait = Duration.seconds(1)
        guard shortage != .ofWorker else {
            return .busy(Refusal.Excess(limit, "The server is reading as many bytes as it can", wait: wait))
        }
        let origin = context.auditOrigin(principal, session: session)
        self.audit.record(AuditEvent(.rateLimited, from: origin, [.limit: limit]))
        let what = shortage == .ofUser ? "from you" : "from your address"
        return .limited(Refusal.Excess(limit, "Too many bytes of requests \(what) are being read", wait: wait))
    }

    private func excess(_ limit: String, _ what: String, _ wait: Duration, _ context: CarrelRequestContext) -> Refusal {
        self.metrics.rateLimited(limit)
        self.audit.record(.rateLimited, of: nil, context, [.limit: limit])
        return .limited(Refusal.Excess(limit, what, wait: wait))
    }
}
