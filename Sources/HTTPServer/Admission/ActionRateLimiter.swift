import Hummingbird
package import Identity
import Logging
package import SharedState

/// Rate limits of what requests store or fail at, besides those of admission.
///
/// By client address where no user is known yet: registration, login, failed authentication. By user for what users store.
/// By all together for what clients store before a user is known.
package struct ActionRateLimiter: Sendable {
    package let failureLimit: RateLimit
    let actions: any ActionLimits
    let audit: any AuditTrail
    let metrics: EdgeMetrics

    /// How many networks of /64 a network of /48 counts as.
    private static let networksOfSite = 10

    package init(
        failureLimit: RateLimit,
        actions: any ActionLimits,
        audit: any AuditTrail,
        metrics: EdgeMetrics
    ) {
        self.failureLimit = failureLimit
        self.actions = actions
        self.audit = audit
        self.metrics = metrics
    }

    /// Counts an action of the client's address, and of its network.
    ///
    /// - Throws: ``Refusal`` over the limit, and when the shared state is unavailable.
    package func count(_ action: RateLimitedAction, limit: RateLimit, context: CarrelRequestContext) async throws {
        guard limit.count > 0, let address = context.address else { return }
        let wait: Duration?
        do {
            wait = try await self.wait(action, of: address, limit: limit)
        } catch let error as SharedStateError {
            throw Refusal(error, context)
        }
        guard let wait else { return }
        throw self.excess(action.rawValue, "Too many requests of this kind from your address", wait, context)
    }

    /// Counts an action of a user.
    ///
    /// - Throws: ``Refusal`` over the limit, and when the shared state is unavailable.
    package func count(
        _ action: RateLimitedAction,
        of user: UserID,
        limit: RateLimit,
        context: CarrelRequestContext
    ) async throws {
        let wait: Duration?
        do {
            wait = try await self.actions.count(action, of: .user(user), limit: limit, cost: 1)
        } catch let error as SharedStateError {
            throw Refusal(error, context)
        }
        guard let wait else { return }
        throw self.excess(action.rawValue, "Too many requests of this kind", wait, of: user, context)
    }

    /// Counts the bytes that an action of a client without a user stores.
    ///
    /// - Parameter limit: bytes of all clients in the time for which they are stored.
    /// - Throws: ``Refusal`` over the limit, and when the shared state is unavailable.
    package func count(
        _ action: RateLimitedAction,
        storing bytes: Int,
        limit: RateLimit,
        context: CarrelRequestContext
    ) async throws {
        let wait: Duration?
        do {
            wait = try await self.actions.count(action, of: .all, limit: limit, cost: bytes)
        } catch let error as SharedStateError {
            throw Refusal(error, context)
        }
        guard let wait else { return }
        self.metrics.rateLimited(action.rawValue)
        throw Refusal.busy(Refusal.Excess(action.rawValue, "The server has too many \(action.rawValue)", wait: wait))
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
            guard let wait = try await self.wait(.failure, of: address, limit: self.failureLimit) else {
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

    /// The network of /48 is counted last, so that one address over its limit takes nothing of its neighbours' share.
    private func wait(_ action: RateLimitedAction, of address: String, limit: RateLimit) async throws -> Duration? {
        let key = AddressKey.of(address)
        if let wait = try await self.actions.count(action, of: .address(key), limit: limit, cost: 1) { return wait }
        guard let site = AddressKey.site(of: address) else { return nil }
        let ofSite = RateLimit(limit.count * Self.networksOfSite, per: limit.period)
        return try await self.actions.count(action, of: .address(site), limit: ofSite, cost: 1)
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

    private func excess(
        _ limit: String,
        _ what: String,
        _ wait: Duration,
        of user: UserID? = nil,
        _ context: CarrelRequestContext
    ) -> Refusal {
        self.metrics.rateLimited(limit)
        self.audit.record(.rateLimited, of: user, context, [.limit: limit])
        return .limited(Refusal.Excess(limit, what, wait: wait))
    }
}
