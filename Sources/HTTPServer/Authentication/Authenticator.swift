import Encodings
import HTTPTypes
import Hummingbird
import Identity
import SharedState

/// Authenticates requests by their bearer tokens, without I/O.
package struct Authenticator: Sendable {
    let verifier: TokenVerifier
    let audit: any AuditTrail
    package let metrics: EdgeMetrics
    let sightings: TokenSightings
    let tokenUses: TokenUseRecorder
    package let challenge: Challenge
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    /// Verifies the request's bearer token.
    ///
    /// - Throws: ``AuthenticationFailure``, already counted and recorded in the audit trail.
    func principal(of request: Request, context: CarrelRequestContext) throws -> Principal {
        do {
            let token = try BearerToken.parse(request.headers[.authorization])
            let principal = try self.verifier.verify(token)
            switch self.sightings.note(principal.tokenID) {
            case .none: break
            case .minute: self.recordUse(principal)
            case .hour:
                self.recordSuccess(principal, context: context)
                self.recordUse(principal)
            }
            return principal
        } catch let error as IdentityError {
            throw self.failure(AuthenticationFailure(reason: error.reason, message: error.message), context: context)
        }
    }

    /// Counts and records a failure found after verification, such as a revoked token.
    func failure(
        _ failure: AuthenticationFailure,
        principal: Principal? = nil,
        context: CarrelRequestContext
    ) -> AuthenticationFailure {
        var failure = failure
        failure.challenge = self.challenge
        self.metrics.authenticationFailed(reason: failure.reason)
        let details: [AuditField: String] = [.reason: failure.reason, .error: failure.message]
        self.audit.record(AuditEvent(.authenticationFailed, from: context.auditOrigin(principal), details))
        return failure
    }

    private func recordUse(_ principal: Principal) {
        self.tokenUses.record(principal.revocationID, of: principal.user, at: self.now())
    }

    private func recordSuccess(_ principal: Principal, context: CarrelRequestContext) {
        var details = [AuditField.tokenExpiresAt: RFC3339.text(seconds: principal.expiresAt)]
        details[.tokenIssuedAt] = principal.issuedAt.map { RFC3339.text(seconds: $0) }
        self.audit.record(
            .userAuthenticated,
            by: principal,
            context,
            details
        )
    }
}
