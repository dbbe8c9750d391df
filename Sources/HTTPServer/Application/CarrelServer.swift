import Hummingbird
import HummingbirdCore
public import Identity
public import Logging
public import MCPServer
import NIOCore
public import ServiceLifecycle
public import SharedState
public import Vault

/// The HTTP server of one worker: routes, guards and what they need.
public struct CarrelServer: Service {
    /// What the routes work with.
    public struct Parts: Sendable {
        let verifier: TokenVerifier
        let issuer: TokenIssuer
        let tokenLifetime: Duration
        let state: SharedPorts
        let usage: UsageLedger
        let audit: any AuditTrail
        let vaults: VaultStore
        let dispatcher: LegacyDispatcher<Vault>
        let toolNames: [String]
        let readiness: Readiness
        let now: @Sendable () -> Int64

        /// Collects the parts.
        public init(
            verifier: TokenVerifier,
            issuer: TokenIssuer,
            tokenLifetime: Duration,
            state: SharedPorts,
            usage: UsageLedger,
            audit: any AuditTrail,
            vaults: VaultStore,
            dispatcher: LegacyDispatcher<Vault>,
            toolNames: [String],
            readiness: Readiness,
            now: @escaping @Sendable () -> Int64
        ) {
            self.verifier = verifier
            self.issuer = issuer
            self.tokenLifetime = tokenLifetime
            self.state = state
            self.usage = usage
            self.audit = audit
            self.vaults = vaults
            self.dispatcher = dispatcher
            self.toolNames = toolNames
            self.readiness = readiness
            self.now = now
        }
    }

    private let application: Application<RouterResponder<CarrelRequestContext>>

    /// Builds the server; it listens when it is run.
    ///
    /// - Parameter onListening: told the port once connections are accepted.
    public init(
        _ configuration: EdgeConfiguration,
        parts: Parts,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in },
        logger: Logger
    ) {
        self.application = Application(
            router: Self.router(configuration, parts: parts),
            server: HTTPServerBuilder { responder in
                LoopBoundChannel(HTTP1Channel(responder: responder, configuration: Self.channel(configuration)))
            },
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port)
            ),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? configuration.port) },
            logger: logger
        )
    }

    /// Serves until graceful shutdown, then finishes what runs.
    public func run() async throws {
        try await self.application.run()
    }

    private static func channel(_ configuration: EdgeConfiguration) -> HTTP1Channel.Configuration {
        HTTP1Channel.Configuration(
            idleTimeout: .nanoseconds(configuration.idleTimeout.nanoseconds),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 16 * 1024,
                maxHeaderListSize: 32 * 1024,
                maxHeaderFieldCount: 100
            )
        )
    }

    private static func router(_ configuration: EdgeConfiguration, parts: Parts) -> Router<CarrelRequestContext> {
        let metrics = EdgeMetrics(methods: parts.toolNames + ["initialize", "ping", "tools/list", "tools/call"])
        let authenticator = Authenticator(
            verifier: parts.verifier,
            audit: parts.audit,
            metrics: metrics,
            sightings: TokenSightings(),
            tokens: parts.state.tokens,
            now: parts.now
        )
        let router = Router(context: CarrelRequestContext.self)
        router.add(middleware: ErrorMiddleware())
        if !configuration.trustedProxies.isEmpty {
            router.add(middleware: ClientAddressMiddleware(proxies: configuration.trustedProxies))
        }
        router.add(middleware: HostMiddleware(policy: HostPolicy(configuration)))
        HealthRoutes(readiness: parts.readiness).add(to: router)
        CreateTokenRoute(
            configuration: configuration,
            issuer: parts.issuer,
            lifetime: parts.tokenLifetime,
            audit: parts.audit
        ).add(to: router)
        let failures = FailureLimit(
            limit: configuration.failureLimit,
            addresses: parts.state.addresses,
            audit: parts.audit,
            metrics: metrics
        )
        let endpoint = MCPEndpoint(
            configuration: configuration,
            authenticator: authenticator,
            failures: failures,
            state: parts.state,
            usage: parts.usage,
            audit: parts.audit,
            metrics: metrics,
            vaults: parts.vaults,
            legacy: parts.dispatcher,
            rateHeaders: RateHeaders(configuration.rateLimits)
        )
        endpoint.add(to: router)
        let gate = APIGate(
            authenticator: authenticator,
            failures: failures,
            admission: parts.state.admission,
            audit: parts.audit,
            rateHeaders: RateHeaders(configuration.rateLimits)
        )
        UsageRoute(gate: gate, usage: parts.state.usage, vaults: parts.vaults, now: parts.now).add(to: router)
        AuditRoute(gate: gate, store: parts.state.audit).add(to: router)
        TokenRoutes(
            gate: gate,
            issuer: parts.issuer,
            lifetime: parts.tokenLifetime,
            state: parts.state,
            audit: parts.audit,
            now: parts.now
        ).add(to: router)
        return router
    }
}

extension Duration {
    fileprivate var nanoseconds: Int64 {
        let (seconds, attoseconds) = self.components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
