import Accounts
import HTTPServer
import HTTPTypes
import Hummingbird
import Identity
import SharedState

/// `POST /oauth/revoke`: revokes a token with all others of its grant or family (RFC 7009).
struct RevocationRoute: Sendable {
    let verifier: TokenVerifier
    let accounts: UserAccounts
    let limiter: ActionRateLimiter

    private static let limit = RateLimit(300, per: .seconds(60))

    func add(to router: Router<CarrelRequestContext>) {
        router.post("/oauth/revoke") { request, context in
            try await OAuthFailure.catching(context) {
                let form = try await Form.reading(request)
                guard let token = form["token"] else { throw OAuthFailure.invalidRequest("'token' is missing.") }
                try await self.limiter.count(.revocation, limit: Self.limit, context: context)
                try await self.revoke(token, context)
                // An invalid token is no error (section 2.2).
                return Response(status: .ok, headers: [.cacheControl: "no-store"])
            }
        }
    }

    private func revoke(_ text: String, _ context: CarrelRequestContext) async throws {
        let origin = context.auditOrigin()
        if try await self.accounts.grants.revoke(refreshToken: text, from: origin) { return }
        let principal: Principal
        do {
            principal = try self.verifier.verify(text)
        } catch is IdentityError {
            return
        }
        try await self.accounts.tokens.revoke(principal, reason: .client, from: origin)
    }
}
