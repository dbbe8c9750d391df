import Hummingbird
import Identity
import Logging
import SharedState

/// Every route of a worker, and what stands before all of them.
struct Routes {
    private let configuration: EdgeConfiguration
    private let parts: CarrelServer.Parts
    private let metrics: EdgeMetrics
    private let authenticator: Authenticator
    private let rateHeaders: RateHeaders
    private let addressLimiter: AddressRateLimiter
    private let desk: TokenDesk
    private let pages: Pages

    init(_ configuration: EdgeConfiguration, parts: CarrelServer.Parts) throws {
        self.configuration = configuration
        self.parts = parts
        self.metrics = EdgeMetrics(methods: parts.toolNames + ["initialize", "ping", "tools/list", "tools/call"])
        self.authenticator = Authenticator(
            verifier: parts.signIn.verifier,
            audit: parts.audit,
            metrics: self.metrics,
            sightings: TokenSightings(),
            tokenUses: parts.tokenUses,
            challenge: Challenge(configuration.publicURL),
            now: parts.now
        )
        self.rateHeaders = RateHeaders(configuration.rateLimits)
        self.addressLimiter = AddressRateLimiter(
            failureLimit: configuration.failureLimit,
            addresses: parts.state.addresses,
            audit: parts.audit,
            metrics: self.metrics
        )
        self.desk = TokenDesk(
            issuer: parts.signIn.issuer,
            lifetime: parts.signIn.tokenLifetime,
            state: parts.state,
            audit: parts.audit,
            now: parts.now
        )
        self.pages = try Pages(configuration.publicURL)
    }

    func router() -> Router<CarrelRequestContext> {
        let router = Router(context: CarrelRequestContext.self, options: [.autoGenerateHeadEndpoints])
        // First: what is answered below is told to be whose by what this finds out.
        if !self.configuration.trustedProxies.isEmpty {
            router.add(middleware: ClientAddressMiddleware(proxies: self.configuration.trustedProxies))
        }
        router.add(middleware: AnswerMiddleware(readiness: self.parts.readiness))
        router.add(middleware: HostMiddleware(policy: HostPolicy(self.configuration)))
        HealthRoutes(readiness: self.parts.readiness).add(to: router)
        self.addProtocol(to: router)
        self.addAPI(to: router)
        self.addOAuth(to: router)
        self.addPages(to: router)
        return router
    }

    private func addProtocol(to router: Router<CarrelRequestContext>) {
        MCPEndpoint(
            configuration: self.configuration,
            authenticator: self.authenticator,
            failures: self.addressLimiter,
            state: self.parts.state,
            usage: self.parts.usage,
            audit: self.parts.audit,
            metrics: self.metrics,
            vaults: self.parts.vaults,
            legacy: self.parts.dispatcher,
            rateHeaders: self.rateHeaders
        ).add(to: router)
    }

    private func addAPI(to router: Router<CarrelRequestContext>) {
        let gate = APIGate(
            authenticator: self.authenticator,
            failures: self.addressLimiter,
            admission: self.parts.state.admission,
            audit: self.parts.audit,
            rateHeaders: self.rateHeaders
        )
        UsageRoute(gate: gate, usage: self.parts.state.usage, vaults: self.parts.vaults, now: self.parts.now)
            .add(to: router)
        AuditRoute(gate: gate, store: self.parts.state.audit).add(to: router)
        TokenRoutes(gate: gate, desk: self.desk).add(to: router)
        CreateTokenRoute(
            configuration: self.configuration,
            desk: self.desk,
            provider: self.parts.signIn.provider,
            gate: self.addressLimiter,
            audit: self.parts.audit
        ).add(to: router)
    }

    private func addOAuth(to router: Router<CarrelRequestContext>) {
        let signIn = self.parts.signIn
        OAuthMetadataRoutes(publicURL: self.configuration.publicURL).add(to: router)
        RegistrationRoute(
            clients: self.parts.state.clients,
            gate: self.addressLimiter,
            limit: self.configuration.registrationLimit,
            now: self.parts.now
        ).add(to: router)
        TokenEndpoint(
            publicURL: self.configuration.publicURL,
            issuer: signIn.issuer,
            lifetime: signIn.accessTokenLifetime,
            refreshTokens: signIn.refreshTokens,
            grants: self.parts.state.grants,
            gate: self.addressLimiter,
            audit: self.parts.audit,
            now: self.parts.now
        ).add(to: router)
        RevocationRoute(
            verifier: signIn.verifier,
            refreshTokens: signIn.refreshTokens,
            desk: self.desk,
            gate: self.addressLimiter
        ).add(to: router)
    }

    private func addPages(to router: Router<CarrelRequestContext>) {
        let signIn = self.parts.signIn
        let webSessions = WebSessions(
            store: self.parts.state.webSessions,
            forms: signIn.forms,
            publicURL: self.configuration.publicURL
        )
        AuthorizeRoutes(
            publicURL: self.configuration.publicURL,
            directory: ClientDirectory(clients: self.parts.state.clients, documents: signIn.documents),
            clients: self.parts.state.clients,
            gate: self.addressLimiter,
            grants: self.parts.state.grants,
            webSessions: webSessions,
            pages: self.pages,
            canSignIn: signIn.provider != nil || self.configuration.isLocal,
            now: self.parts.now
        ).add(to: router)
        LoginRoutes(
            provider: signIn.provider,
            isLocal: self.configuration.isLocal,
            logins: self.parts.state.logins,
            webSessions: webSessions,
            pages: self.pages,
            gate: self.addressLimiter,
            desk: self.desk,
            vaults: self.parts.vaults,
            welcome: signIn.welcome
        ).add(to: router)
        AccountRoutes(webSessions: webSessions, pages: self.pages, desk: self.desk).add(to: router)
    }
}
