import Accounts
import Encodings
import Foundation
import HTTPServer
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Logging
import MCPCore
import MCPServer
import NIOCore
import NoteTools
import SharedState
import SignIn
import StreamableHTTP
import Synchronization
import Vault

@testable import carrel

/// Carrel's routes in process, over the in-memory backend and a folder of the test's own.
struct TestServer: Sendable {
    let client: any TestClientProtocol
    let state: SharedPorts
    let accounts: UserAccounts
    let audit: RecordedEvents
    let clock: TestClock

    /// A token of a user; for everything unless said otherwise.
    func token(
        _ user: String = "ada",
        scopes: ScopeSet = .all,
        folders: [String]? = nil,
        lifetime: Duration = .seconds(3600)
    ) async throws -> String {
        let wanted = TokenRequest(
            user: try UserID(user),
            name: "test",
            scopes: scopes,
            folders: folders,
            lifetime: lifetime
        )
        return try await self.accounts.tokens.issue(wanted, from: AuditOrigin()).token.token
    }

    /// Sends a request; a body is JSON unless its type is in `headers`.
    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        token: String? = nil,
        headers: HTTPFields = [:],
        body: String? = nil
    ) async throws -> TestResponse {
        var headers = headers
        if let token { headers[.authorization] = "Bearer \(token)" }
        if body != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
        return try await self.client.execute(
            uri: path,
            method: method,
            headers: headers,
            body: body.map { ByteBuffer(string: $0) }
        )
    }
}

/// A clock that the test moves, in seconds since 1970.
final class TestClock: Sendable {
    private let seconds = Mutex<Int64>(1_800_000_000)

    var now: Int64 { self.seconds.withLock { $0 } }

    func advance(_ seconds: Int64) {
        self.seconds.withLock { $0 += seconds }
    }
}

/// An audit trail that a test reads.
final class RecordedEvents: AuditTrail {
    private let events = Mutex<[AuditEvent]>([])

    func record(_ event: AuditEvent) {
        self.events.withLock { $0.append(event) }
    }

    /// The names of all events, in order.
    var names: [String] { self.events.withLock { $0.map(\.name.rawValue) } }

    /// The events of a name.
    func events(_ name: AuditEvent.Name) -> [AuditEvent] {
        self.events.withLock { $0.filter { $0.name == name } }
    }
}

extension TestResponse {
    /// The body as JSON.
    func json() throws -> JSONValue { try JSONParser.parse(Array(self.body.readableBytesView)) }
    /// The body as text.
    var text: String { String(buffer: self.body) }
}

/// Lends a server.
///
/// - Parameters:
///   - isLocal: whether it signs users of this machine in without proof.
///   - isLive: whether requests go through sockets, and so have an address.
///   - providerURL: an OpenID provider.
func withServer(
    isLocal: Bool = true,
    isLive: Bool = false,
    rates: RateLimits = RateLimits(),
    failureLimit: RateLimit = RateLimit(60, per: .seconds(60)),
    registrationLimit: RateLimit = RateLimit(100, per: .seconds(3600)),
    publicURL: String = "http://localhost:7860",
    allowedOrigins: [String] = [],
    trustedProxies: [String] = [],
    providerURL: String? = nil,
    _ body: @escaping @Sendable (TestServer) async throws -> Void
) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "carrel-routes-\(UUID().uuidString)")
    defer { removeFolder(folder) }
    // Keeps metadata, which request ids are in, and prints nothing.
    var quiet = Logger(label: "test")
    quiet.logLevel = .critical
    let logger = quiet
    let clock = TestClock()
    let audit = RecordedEvents()
    let backend = MemoryBackend(rateLimits: rates) { .seconds(clock.now) }
    let configuration = EdgeConfiguration(
        host: "127.0.0.1",
        port: 7860,
        publicURL: try PublicURL(publicURL),
        allowedOrigins: allowedOrigins,
        trustedProxies: TrustedProxies(trustedProxies) ?? .none,
        rateLimits: rates,
        failureLimit: failureLimit,
        registrationLimit: registrationLimit,
        isLocal: isLocal
    )
    let vaults = try VaultStore(
        configuration: VaultConfiguration(
            vaultsPath: folder.appending(path: "vaults").path,
            indexPath: folder.appending(path: "index").path
        ),
        logger: logger
    )
    let parts = try ServerParts(configuration, backend.ports, vaults, audit, clock, providerURL, logger)
    let router = try parts.routes.router(readiness: Readiness { try await backend.ports.probe() })
    try await Application(
        router: router,
        configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
        logger: logger
    ).test(isLive ? .live : .router) { client in
        try await body(
            TestServer(client: client, state: backend.ports, accounts: parts.accounts, audit: audit, clock: clock)
        )
    }
    await vaults.close()
}

private func removeFolder(_ folder: URL) {
    do {
        try FileManager.default.removeItem(at: folder)
    } catch {
        // A test that opened no vault has made no folder.
    }
}

/// What the routes are wired from.
private struct ServerParts {
    let accounts: UserAccounts
    let routes: Routes

    init(
        _ configuration: EdgeConfiguration,
        _ state: SharedPorts,
        _ vaults: VaultStore,
        _ audit: RecordedEvents,
        _ clock: TestClock,
        _ providerURL: String?,
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
        let http = OutboundHTTP(authorityFile: nil)
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
                provider: Self.provider(providerURL, configuration, http, now),
                documents: ClientDocuments(http: http, trustedHosts: []),
                verifier: verifier,
                forms: try SignedPayload(current: key, previous: nil, purpose: "forms"),
                accounts: self.accounts,
                state: state,
                vaults: vaults,
                welcome: { _ in }
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
