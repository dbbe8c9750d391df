import Accounts
import Identity
import SharedState
import Synchronization
import TestSupport

/// The account rules over stores of one test.
struct AccountsFixture: Sendable {
    private static let verifier = String(repeating: "v", count: 43)
    static let now: Int64 = 1_800_000_000
    static let origin = AuditOrigin(address: "192.0.2.1", requestID: "request-1")

    let accounts: UserAccounts
    let ports: SharedPorts
    let audit = RecordedAudit()
    private let verifier: TokenVerifier

    init(ports: SharedPorts) throws {
        let now: @Sendable () -> Int64 = { Self.now }
        let key = try SigningKey(secret: "a secret that only these tests know")
        let audience = "http://localhost/mcp"
        let issuer = TokenIssuer(key: key, issuer: "http://localhost", audience: audience, now: now)
        self.verifier = try TokenVerifier(current: key, previous: nil, audience: audience, now: now)
        self.ports = ports
        let grants = ClientGrants(
            issuer: issuer,
            lifetime: .seconds(86400),
            refreshTokens: try SignedPayload(current: key, previous: nil, purpose: "refresh tokens"),
            state: ports,
            audit: self.audit,
            now: now
        )
        let tokens = AccessTokens(
            issuer: issuer,
            lifetime: .seconds(7 * 86400),
            grants: grants,
            state: ports,
            audit: self.audit,
            now: now
        )
        self.accounts = UserAccounts(tokens: tokens, grants: grants, state: ports, audit: self.audit, now: now)
    }

    /// The principal of a request with the token.
    func principal(_ token: String) throws -> Principal { try self.verifier.verify(token) }

    func request(_ user: UserID, name: String = "laptop") -> TokenRequest {
        TokenRequest(user: user, name: name, scopes: .all, lifetime: .seconds(3600))
    }

    func openSession(_ token: String) async throws -> SessionID {
        let principal = try self.principal(token)
        let client = SessionClient(
            revision: "2025-11-25",
            name: "test",
            version: "1",
            capabilities: "{}",
            credentialID: principal.revocationID
        )
        return try await self.ports.sessions.create(for: principal.user, client: client).id
    }

    func isAdmitted(_ token: String) async throws -> Bool {
        try await self.ports.admission.admit(AdmissionRequest(principal: try self.principal(token))).isAdmitted
    }

    /// Exchanges a code as after the user's consent.
    func allow(_ user: UserID, code secret: String = "a code") async throws -> ClientTokens {
        let code = AuthorizationCode(
            grant: "grant-of-\(user)-0123456789",
            user: user,
            client: OAuthClient(id: "client", name: "An App", redirectURIs: ["https://a.example/cb"]),
            redirectURI: "https://a.example/cb",
            challenge: CodeChallenge(verifier: Self.verifier),
            scopes: .all,
            allowed: Self.now
        )
        try await self.ports.grants.save(code, secret: secret)
        return try await self.exchange(secret)
    }

    func exchange(_ secret: String) async throws -> ClientTokens {
        try await self.accounts.grants.exchange(
            code: secret,
            verifier: Self.verifier,
            clientID: "client",
            redirectURI: nil,
            from: Self.origin
        )
    }

    func refresh(_ token: String, scopes: ScopeSet? = nil) async throws -> ClientTokens {
        try await self.accounts.grants.refresh(token, clientID: "client", scopes: scopes, from: Self.origin)
    }
}
