package import Hummingbird
package import Identity
package import SharedState

/// Shared by the routes of every product: the admission gate, limits by address, and the middleware in front.
package struct Edge: Sendable {
    package let configuration: EdgeConfiguration
    package let gate: AdmissionGate
    package let limiter: ActionRateLimiter
    package let audit: any AuditTrail
    /// The bytes of bodies that are being read.
    package let bodies: BodyBudget
    /// Seconds since 1970.
    package let now: @Sendable () -> Int64

    /// - Parameter now: seconds since 1970.
    package init(
        _ configuration: EdgeConfiguration,
        verifier: TokenVerifier,
        state: SharedPorts,
        tokenUses: TokenUseRecorder,
        audit: any AuditTrail,
        now: @escaping @Sendable () -> Int64
    ) {
        self.configuration = configuration
        let metrics = EdgeMetrics()
        self.audit = audit
        self.now = now
        self.bodies = BodyBudget(configuration.bodyLimits)
        self.limiter = ActionRateLimiter(
            failureLimit: configuration.failureLimit,
            actions: state.actions,
            audit: audit,
            metrics: metrics
        )
        self.gate = AdmissionGate(
            authenticator: Authenticator(
                verifier: verifier,
                audit: audit,
                metrics: metrics,
                sightings: TokenSightings(),
                tokenUses: tokenUses,
                challenge: Challenge(configuration.publicURL),
                now: now
            ),
            limiter: self.limiter,
            admission: state.admission,
            audit: audit,
            rateHeaders: RateHeaders(configuration.rateLimits)
        )
    }

    /// A router with this middleware and the health routes.
    package func router(readiness: Readiness) -> Router<CarrelRequestContext> {
        let router = Router(context: CarrelRequestContext.self, options: [.autoGenerateHeadEndpoints])
        let policy = HostPolicy(self.configuration)
        // Must be first: everything below logs the client address resolved here.
        if !self.configuration.trustedProxies.isEmpty {
            router.add(middleware: ClientAddressMiddleware(proxies: self.configuration.trustedProxies))
        }
        router.add(middleware: CORSMiddleware(policy: policy))
        router.add(middleware: ResponseMiddleware(readiness: readiness))
        router.add(middleware: HostMiddleware(policy: policy))
        router.add(
            middleware: BodyBudgetMiddleware(
                budget: self.bodies,
                proxies: self.configuration.trustedProxies,
                limiter: self.limiter
            )
        )
        HealthRoutes(readiness: readiness).add(to: router)
        return router
    }
}
