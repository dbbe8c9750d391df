import Encodings
import HTTPTypes
import Hummingbird
import Identity
import MCPCore
import SharedState

/// `POST /oauth/token`: gives a client tokens for a code or a refresh token (RFC 6749, section 3.2).
struct TokenEndpoint: Sendable {
    let publicURL: PublicURL
    let issuer: TokenIssuer
    let lifetime: Duration
    let refreshTokens: SignedPayload
    let grants: any GrantStore
    let gate: AddressRateLimiter
    let audit: any AuditTrail
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    func add(to router: Router<CarrelRequestContext>) {
        router.post("/oauth/token") { request, context in
            try await OAuthFailure.catching(context) {
                do {
                    return try await self.answer(try await Form.reading(request), context)
                } catch let failure as OAuthFailure where failure.code == "invalid_grant" {
                    // Only what fails is counted: many users may share an address.
                    try await self.gate.count(.exchange, limit: self.gate.failureLimit, context: context)
                    throw failure
                }
            }
        }
    }

    private func answer(_ form: Form, _ context: CarrelRequestContext) async throws -> Response {
        let names = ["grant_type", "code", "redirect_uri", "client_id", "code_verifier", "refresh_token", "scope"]
        if let name = form.repeated(names) { throw OAuthFailure.invalidRequest("'\(name)' is there more than once.") }
        guard let type = form["grant_type"] else { throw OAuthFailure.invalidRequest("'grant_type' is missing.") }
        guard let client = form["client_id"] else {
            throw OAuthFailure("invalid_client", "'client_id' is missing from the form.", status: .unauthorized)
        }
        try AuthorizationRequest.check(resources: form.all("resource"), publicURL: self.publicURL)
        switch type {
        case "authorization_code": return try await self.exchange(form, client: client, context)
        case "refresh_token": return try await self.refresh(form, client: client, context)
        default: throw OAuthFailure("unsupported_grant_type", "There are 'authorization_code' and 'refresh_token'.")
        }
    }

    // MARK: Codes

    private func exchange(_ form: Form, client: String, _ context: CarrelRequestContext) async throws -> Response {
        guard let secret = form["code"], let verifier = form["code_verifier"] else {
            throw OAuthFailure.invalidRequest("'code' and 'code_verifier' are needed.")
        }
        let code: AuthorizationCode
        switch try await self.grants.redeem(secret) {
        case .unknown: throw OAuthFailure.invalidGrant
        case .replayed(let user, let grant):
            // Whoever shows a code for the second time has it from the first.
            try await self.grants.revokeGrant(grant, of: user, now: self.now())
            self.audit.record(.grantRevoked, of: user, context, [.grant: grant, .reason: "code_replayed"])
            throw OAuthFailure.invalidGrant
        case .redeemed(let redeemed): code = redeemed
        }
        // OAuth 2.1 no longer sends the redirect URI here, for PKCE proves more; where it is sent it must be the same.
        guard code.clientID == client, form["redirect_uri"] == nil || code.redirectURI == form["redirect_uri"],
            CodeChallenge(code.challenge)?.isMet(by: verifier) == true
        else { throw OAuthFailure.invalidGrant }
        let grant = Grant(
            id: code.grant,
            user: try UserID(code.user),
            clientID: code.clientID,
            clientName: code.clientName,
            scopes: ScopeSet(code.scope),
            // When it was allowed: what has been ended since then stays ended.
            created: code.allowed,
            lastUsed: code.allowed
        )
        guard try await self.grants.open(grant) else { throw OAuthFailure.invalidGrant }
        self.audit.record(
            .grant,
            of: grant.user,
            context,
            [.grant: grant.id, .clientID: client, .client: code.clientName, .scope: code.scope]
        )
        return try await self.tokens(grant, scopes: grant.scopes, number: 0)
    }

    // MARK: Refresh tokens

    private func refresh(_ form: Form, client: String, _ context: CarrelRequestContext) async throws -> Response {
        guard let text = form["refresh_token"] else { throw OAuthFailure.invalidRequest("'refresh_token' is needed.") }
        guard let token = try RefreshToken(text, signedBy: self.refreshTokens) else { throw OAuthFailure.invalidGrant }
        let wanted = try form["scope"].map { try AuthorizationRequest.scopes($0) }
        switch try await self.grants.rotate(token, clientID: client, scopes: wanted ?? []) {
        case .ended: throw OAuthFailure.invalidGrant
        case .reused:
            try await self.grants.revokeGrant(token.grant, of: token.user, now: self.now())
            self.audit.record(
                .refreshTokenReused,
                of: token.user,
                context,
                [.grant: token.grant, .clientID: client]
            )
            throw OAuthFailure.invalidGrant
        case .exceeded: throw OAuthFailure("invalid_scope", "The user did not allow that much.")
        case .rotated(let number, let grant):
            self.audit.record(.tokenRefreshed, of: grant.user, context, [.grant: grant.id, .clientID: client])
            return try await self.tokens(grant, scopes: wanted ?? grant.scopes, number: number)
        }
    }

    // MARK: Pieces

    private func tokens(_ grant: Grant, scopes: ScopeSet, number: Int) async throws -> Response {
        let access = try await self.issuer.issue(
            user: grant.user,
            lifetime: self.lifetime,
            scopes: scopes,
            clientID: grant.clientID,
            grantID: grant.id
        )
        let refresh = RefreshToken(user: grant.user, grant: grant.id, number: number)
        var writer = JSONWriter()
        writer.value([
            "access_token": .string(access.token),
            "token_type": "Bearer",
            "expires_in": .integer(max(0, access.expiresAt - self.now())),
            "refresh_token": .string(try refresh.text(signedBy: self.refreshTokens)),
            "scope": .string(scopes.description),
        ])
        return .json(writer.bytes, headers: [.cacheControl: "no-store"])
    }
}
