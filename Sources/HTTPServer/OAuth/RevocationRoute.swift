import HTTPTypes
import Hummingbird
import Identity
import SharedState

/// `POST /oauth/revoke`: ends what a token came from (RFC 7009); who has a token may end it.
struct RevocationRoute: Sendable {
    let verifier: TokenVerifier
    let refreshTokens: SignedPayload
    let desk: TokenDesk
    let gate: AddressRateLimiter

    private static let limit = RateLimit(300, per: .seconds(60))

    func add(to router: Router<CarrelRequestContext>) {
        router.post("/oauth/revoke") { request, context in
            try await OAuthFailure.catching(context) {
                let form = try await Form.reading(request)
                guard let token = form["token"] else { throw OAuthFailure.invalidRequest("'token' is missing.") }
                try await self.gate.count(.revocation, limit: Self.limit, context: context)
                try await self.revoke(token, context)
                // A token that is not good is as good as revoked (section 2.2).
                return Response(status: .ok, headers: [.cacheControl: "no-store"])
            }
        }
    }

    private func revoke(_ text: String, _ context: CarrelRequestContext) async throws {
        if let refresh = try RefreshToken(text, signedBy: self.refreshTokens) {
            // One that has ended already leaves nothing to be written down.
            guard try await self.desk.endGrant(refresh.grant, of: refresh.user) else { return }
            return self.desk.audit.record(
                .grantRevoked,
                of: refresh.user,
                context,
                [.grant: refresh.grant, .reason: "client"]
            )
        }
        let principal: Principal
        do {
            principal = try self.verifier.verify(text)
        } catch is IdentityError {
            return
        }
        try await self.desk.end(principal)
        let name: AuditEvent.Name = principal.grantID == nil ? .tokenRevoked : .grantRevoked
        self.desk.audit.record(
            name,
            of: principal.user,
            context,
            [.revokedID: principal.revocationID, .reason: "client"]
        )
    }
}
