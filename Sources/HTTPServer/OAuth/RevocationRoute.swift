import HTTPTypes
import Hummingbird
import Identity
import SharedState

/// `POST /oauth/revoke`: ends what a token came from (RFC 7009); who has a token may end it.
struct RevocationRoute: Sendable {
    let verifier: TokenVerifier
    let refreshTokens: Seal
    let grants: any GrantStore
    let revocations: any RevocationList
    let audit: any AuditTrail
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    func add(to router: Router<CarrelRequestContext>) {
        router.post("/oauth/revoke") { request, context in
            let form = try await Form.reading(request)
            guard let token = form["token"] else {
                return OAuthFailure.invalidRequest("'token' is missing.").response()
            }
            try await self.revoke(token, context)
            // A token that is not good is as good as revoked (section 2.2).
            return Response(status: .ok, headers: [.cacheControl: "no-store"])
        }
    }

    private func revoke(_ text: String, _ context: CarrelRequestContext) async throws {
        if let refresh = try RefreshToken(text, seal: self.refreshTokens) {
            return try await self.end(refresh.grant, refresh.user, context)
        }
        let principal: Principal
        do {
            principal = try self.verifier.verify(text)
        } catch is IdentityError {
            return
        }
        if let grant = principal.grantID { return try await self.end(grant, principal.user, context) }
        try await self.revocations.revoke(
            principal.tokenID,
            of: principal.user,
            expiresAt: principal.expiresAt
        )
        self.record(.tokenRevoked, principal.user, ["revoked_token_id": principal.tokenID], context)
    }

    private func end(_ grant: String, _ user: UserID, _ context: CarrelRequestContext) async throws {
        try await self.grants.revokeGrant(grant, of: user, now: self.now())
        self.record(.grantRevoked, user, ["grant": grant, "reason": "client"], context)
    }

    private func record(
        _ name: AuditEvent.Name,
        _ user: UserID,
        _ details: [String: String],
        _ context: CarrelRequestContext
    ) {
        self.audit.record(
            AuditEvent(name, user: user.value, address: context.address, requestID: context.id, details: details)
        )
    }
}
