import Accounts
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
    private let gate: AdmissionGate
    private let limiter: AddressRateLimiter
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
        self.limiter = AddressRateLimiter(
            failureLimit: configuration.failureLimit,
            addresses: parts.state.addresses,
            audit: parts.audit,
            metrics: self.metrics
        )
        self.gate = AdmissionGate(
            authenticator: self.authenticator,
            limiter: self.limiter,
            admission: parts.state.admission,
            audit: parts.audit,
            rateHeaders: RateHeaders(configuration.rateLimits)
        )
        self.pages = try Pages(configuration.publicURL)
    }

    func router() -> Router<CarrelRequestContext> {
        let router = Router(context: CarrelRequestContext.self, options: [.autoGenerateHeadEndpoints])
        let policy = HostPolicy(self.configuration)
        // Must be first: everything below logs the client address resolved here.
        if !self.configuration.trustedProxies.isEmpty {
            router.add(middleware: ClientAddressMiddleware(proxies: self.configuration.trustedProxies))
        }
        router.add(middleware: CORSMiddleware(policy: policy))
        router.add(middleware: ResponseMiddleware(readiness: self.parts.readiness))
        router.add(middleware: HostMiddleware(policy: policy))
        HealthRoutes(readiness: self.parts.readiness).add(to: router)
        self.parts.addProtocol(router, self.gate, self.metrics)
        self.addAPI(to: router)
        self.addOAuth(to: router)
        self.addPages(to: router)
        return router
    }

    private func addAPI(to router: Router<CarrelRequestContext>) {
        let gate = APIGate(gate: self.gate)
        UsageRoute(gate: gate, usage: self.parts.state.usage, vaults: self.parts.vaults, now: self.parts.now)
            .add(to: router)
        AuditRoute(gate: gate, store: self.parts.state.audit).add(to: router)
        TokenRoutes(gate: gate, accounts: self.parts.accounts).add(to: router)
        CreateTokenRoute(
            configuration: self.configuration,
            tokens: self.parts.accounts.tokens,
            provider: self.parts.signIn.provider,
            gate: self.limiter,
            audit: self.parts.audit
        ).add(to: router)
    }

    private func addOAuth(to router: Router<CarrelRequestContext>) {
        let signIn = self.parts.signIn
        OAuthMetadataRoutes(publicURL: self.configuration.publicURL).add(to: router)
        RegistrationRoute(
            clients: self.parts.state.clients,
            gate: self.limiter,
            limit: self.configuration.registrationLimit,
            now: self.parts.now
        ).add(to: router)
        TokenEndpoint(
            publicURL: self.configuration.publicURL,
            grants: self.parts.accounts.grants,
            gate: self.limiter,
            now: self.parts.now
        ).add(to: router)
        RevocationRoute(
            verifier: signIn.verifier,
            accounts: self.parts.accounts,
            gate: self.limiter
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
            gate: self.limiter,
            grants: self.parts.accounts.grants,
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
            gate: self.limiter,
            accounts: self.parts.accounts,
            audit: self.parts.audit,
            vaults: self.parts.vaults,
            welcome: signIn.welcome
        ).add(to: router)
        AccountRoutes(webSessions: webSessions, pages: self.pages, accounts: self.parts.accounts).add(to: router)
    }
}
