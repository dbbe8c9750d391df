import Accounts
import HTTPServer
import Identity
import Logging
import MCPCore
import MCPServer
import NoteTools
import SharedState
import SignIn
import StreamableHTTP
import Vault

@testable import carrel

/// What the routes are wired from.
struct ServerParts {
    /// The hosts that the server may ask.
    struct Outbound {
        /// An OpenID provider.
        var providerURL: String?
        /// PEM file of authorities trusted in addition to the system's.
        var authorityFile: String?
        /// Hosts of client documents on this machine.
        var trustedHosts: Set<String> = []
    }

    let accounts: UserAccounts
    let routes: Routes

    init(
        _ configuration: EdgeConfiguration,
        _ state: SharedPorts,
        _ vaults: VaultStore,
        _ audit: RecordedEvents,
        _ clock: TestClock,
        _ outbound: Outbound,
        _ logger: Logger
    ) throws {
        let now: @Sendable () -> Int64 = { clock.now }
        let key = try SigningKey(secret: "a secret that only these tests know")
        let verifier = try TokenVerifier(
            current: key,
            previous: nil,
            audience: configuration.publicURL.endpoint,
            now: now
        )
        self.accounts = try Self.accounts(key, configuration, state, audit, now)
        let tools = try ToolRegistry(NoteToolSet.tools)
        let http = OutboundHTTP(authorityFile: outbound.authorityFile)
        self.routes = Routes(
            edge: Edge(
                configuration,
                verifier: verifier,
                state: state,
                tokenUses: TokenUseRecorder(registry: state.tokens, logger: logger),
                audit: audit,
                now: now
            ),
            dispatcher: Routes.dispatcher(tools, logger: logger),
            metrics: CallMetrics(tools: tools.tools.map(\.definition.name)),
            usage: UsageLedger(store: state.usage, now: now, logger: logger),
            signIn: SignInRoutes.Parts(
                provider: Self.provider(outbound.providerURL, configuration, http, now),
                documents: ClientDocuments(http: http, trustedHosts: outbound.trustedHosts),
                verifier: verifier,
                forms: try SignedPayload(current: key, previous: nil, purpose: "forms"),
                accounts: self.accounts,
                state: state,
                vaults: vaults,
                welcome: { _ = try await WelcomeVault.fill($0) }
            ),
            accounts: self.accounts,
            state: state,
            vaults: vaults
        )
    }

    private static func provider(
        _ url: String?,
        _ configuration: EdgeConfiguration,
        _ http: OutboundHTTP,
        _ now: @escaping @Sendable () -> Int64
    ) -> OpenIDProvider? {
        guard let url else { return nil }
        let registration = OpenIDProvider.Registration(
            issuer: url,
            clientID: "carrel",
            clientSecret: nil,
            scopes: "openid",
            redirectURI: "\(configuration.publicURL)/auth/callback"
        )
        return OpenIDProvider(registration, http: http, now: now)
    }

    private static func accounts(
        _ key: SigningKey,
        _ configuration: EdgeConfiguration,
        _ state: SharedPorts,
        _ audit: RecordedEvents,
        _ now: @escaping @Sendable () -> Int64
    ) throws -> UserAccounts {
        let issuer = TokenIssuer(
            key: key,
            issuer: "\(configuration.publicURL)",
            audience: configuration.publicURL.endpoint,
            now: now
        )
        let grants = ClientGrants(
            issuer: issuer,
            lifetime: .seconds(86400),
            refreshTokens: try SignedPayload(current: key, previous: nil, purpose: "refresh tokens"),
            state: state,
            audit: audit,
            now: now
        )
        let tokens = AccessTokens(
            issuer: issuer,
            lifetime: .seconds(7 * 86400),
            grants: grants,
            state: state,
            audit: audit,
            now: now
        )
        return UserAccounts(tokens: tokens, grants: grants, state: state, audit: audit, now: now)
    }
}
