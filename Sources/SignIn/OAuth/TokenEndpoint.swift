import Accounts
import Encodings
import HTTPServer
import HTTPTypes
import Hummingbird
import Identity
import SharedState

/// `POST /oauth/token`: exchanges a code or a refresh token for tokens (RFC 6749, section 3.2).
struct TokenEndpoint: Sendable {
    let publicURL: PublicURL
    let grants: ClientGrants
    let limiter: ActionRateLimiter
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    func add(to router: Router<CarrelRequestContext>) {
        router.post("/oauth/token") { request, context in
            try await OAuthFailure.catching(context) {
                do {
                    return try await self.answer(try await Form.reading(request), context)
                } catch let error as AccountError where error.code == .invalidGrant {
                    // Only failures count, because many users may share an address.
                    try await self.limiter.count(.exchange, limit: self.limiter.failureLimit, context: context)
                    throw error
                }
            }
        }
    }

    private func answer(_ form: Form, _ context: CarrelRequestContext) async throws -> Response {
        let names = ["grant_type", "code", "redirect_uri", "client_id", "code_verifier", "refresh_token", "scope"]
        if let name = form.repeated(names) { throw OAuthFailure.invalidRequest("'\(name)' is repeated.") }
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

    private func exchange(_ form: Form, client: String, _ context: CarrelRequestContext) async throws -> Response {
        guard let code = form["code"], let verifier = form["code_verifier"] else {
            throw OAuthFailure.invalidRequest("'code' and 'code_verifier' are needed.")
        }
        return self.response(
            to: try await self.grants.exchange(
                code: code,
                verifier: verifier,
                clientID: client,
                redirectURI: form["redirect_uri"],
                from: context.auditOrigin()
            )
        )
    }

    private func refresh(_ form: Form, client: String, _ context: CarrelRequestContext) async throws -> Response {
        guard let token = form["refresh_token"] else { throw OAuthFailure.invalidRequest("'refresh_token' is needed.") }
        let scopes = try form["scope"].map { try AuthorizationRequest.scopes($0) }
        return self.response(
            to: try await self.grants.refresh(token, clientID: client, scopes: scopes, from: context.auditOrigin())
        )
    }

    private func response(to tokens: ClientTokens) -> Response {
        var writer = JSONWriter()
        writer.value([
            "access_token": .string(tokens.access.token),
            "token_type": "Bearer",
            "expires_in": .integer(max(0, tokens.access.expiresAt - self.now())),
            "refresh_token": .string(tokens.refreshToken),
            "scope": .string(tokens.scopes.description),
        ])
        return .json(writer.bytes, headers: [.cacheControl: "no-store"])
    }
}
