import Encodings
import HTTPTypes
import Hummingbird
import Identity
import Logging
import SharedState

/// Tells whose request it is, by its bearer token alone and without asking anybody.
struct Authenticator: Sendable {
    let verifier: TokenVerifier
    let audit: any AuditTrail
    let metrics: EdgeMetrics
    let sightings: TokenSightings
    let tokens: any TokenRegistry
    let challenge: Challenge
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    /// The principal of a request.
    ///
    /// - Throws: ``AuthenticationFailure``, which has been counted and written to the audit trail already.
    func principal(of request: Request, context: CarrelRequestContext) throws -> Principal {
        do {
            let token = try BearerToken.parse(request.headers[.authorization])
            let principal = try self.verifier.verify(token)
            switch self.sightings.note(principal.tokenID) {
            case .none: break
            case .minute: self.noteUse(principal, context: context)
            case .hour:
                self.recordSuccess(principal, context: context)
                self.noteUse(principal, context: context)
            }
            return principal
        } catch let error as IdentityError {
            throw self.failure(AuthenticationFailure(reason: error.reason, message: error.message), context: context)
        }
    }

    /// Counts and records a failure found later, such as a revoked token.
    func failure(
        _ failure: AuthenticationFailure,
        principal: Principal? = nil,
        context: CarrelRequestContext
    ) -> AuthenticationFailure {
        var failure = failure
        failure.challenge = self.challenge
        self.metrics.authenticationFailed(reason: failure.reason)
        self.audit.record(
            .authenticationFailed,
            of: principal?.user,
            tokenID: principal?.tokenID,
            context,
            ["reason": failure.reason, "error": failure.message]
        )
        return failure
    }

    /// Notes when the token was used, for its user to see; no request waits for that.
    private func noteUse(_ principal: Principal, context: CarrelRequestContext) {
        let second = self.now()
        Task {
            do {
                try await self.tokens.used(principal.revocationID, of: principal.user, at: second)
            } catch {
                context.logger.debug("The use of a token was not noted", metadata: ["error": "\(error)"])
            }
        }
    }

    private func recordSuccess(_ principal: Principal, context: CarrelRequestContext) {
        var details = ["token_expires_at": RFC3339.text(seconds: principal.expiresAt)]
        details["token_issued_at"] = principal.issuedAt.map { RFC3339.text(seconds: $0) }
        self.audit.record(
            .userAuthenticated,
            by: principal,
            context,
            details
        )
    }
}
