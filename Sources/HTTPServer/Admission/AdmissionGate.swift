package import Hummingbird
package import Identity
import Logging
package import SharedState

/// Admits requests of every API alike: by token, revocation, session and limits.
package struct AdmissionGate: Sendable {
    package let authenticator: Authenticator
    package let limiter: ActionRateLimiter
    package let admission: any Admission
    package let audit: any AuditTrail
    package let rateHeaders: RateHeaders

    package init(
        authenticator: Authenticator,
        limiter: ActionRateLimiter,
        admission: any Admission,
        audit: any AuditTrail,
        rateHeaders: RateHeaders
    ) {
        self.authenticator = authenticator
        self.limiter = limiter
        self.admission = admission
        self.audit = audit
        self.rateHeaders = rateHeaders
    }

    package struct Admitted: Sendable {
        /// `nil` for a request without a session.
        package let session: AdmittedSession?
        package let budget: RequestBudget
        /// The number of the last change of the user's vault; `nil` where Redis has none.
        package let sequence: Int64?
        /// Rate limit headers for the response.
        package let headers: HTTPFields
    }

    /// Verifies the bearer token; the shared state is asked only to count a failure.
    ///
    /// - Throws: ``Refusal``.
    package func principal(of request: Request, _ context: CarrelRequestContext) async throws -> Principal {
        do {
            return try self.authenticator.principal(of: request, context: context)
        } catch let failure as AuthenticationFailure {
            throw await self.limiter.refusal(of: failure, context: context)
        }
    }

    /// Takes the bytes of a long body from the user's share of what the worker reads at a time.
    ///
    /// - Parameter bytes: of the body as far as it is known.
    /// - Throws: ``Refusal``.
    package func hold(
        _ bytes: Int,
        of principal: Principal,
        sessionText: String?,
        _ context: CarrelRequestContext
    ) throws {
        guard let body = context.body else { return }
        do throws(BodyBudget.Shortage) {
            try body.grow(to: bytes, of: principal.user)
        } catch {
            throw self.limiter.refusal(of: error, by: principal, session: sessionText, context: context)
        }
    }

    /// Charges the bytes of a request and its answer with the user's next admission.
    package func charge(_ bytes: Int, to principal: Principal) {
        self.admission.charge(bytes, to: principal.user)
    }

    /// Admits a request in one round trip.
    ///
    /// - Parameter sessionText: the session as the client sent it, for audit events.
    /// - Throws: ``Refusal``.
    package func admit(
        _ request: AdmissionRequest,
        sessionText: String? = nil,
        _ context: CarrelRequestContext
    ) async throws -> Admitted {
        let verdict: AdmissionVerdict
        do {
            verdict = try await self.admission.admit(request)
        } catch let error as SharedStateError {
            throw Refusal(error, context)
        }
        switch verdict {
        case .admitted(let session, let budget, let sequence):
            return Admitted(
                session: session,
                budget: budget,
                sequence: sequence,
                headers: self.rateHeaders.fields(budget)
            )
        case .revoked:
            let failure = AuthenticationFailure(reason: "revoked", message: "The token has been revoked.")
            throw Refusal.unauthenticated(
                self.authenticator.failure(failure, principal: request.principal, context: context)
            )
        case .unknownSession(let foreign):
            if foreign {
                self.authenticator.metrics.sessionHijackAttempted()
                self.audit.record(.sessionHijackAttempt, by: request.principal, session: sessionText, context)
            }
            throw Refusal.unknownSession
        case .limited(let limit, let wait):
            self.authenticator.metrics.rateLimited(limit.rawValue)
            let details = [AuditField.limit: limit.rawValue]
            self.audit.record(.rateLimited, by: request.principal, session: sessionText, context, details)
            throw Refusal.limited(
                Refusal.Excess(limit.rawValue, "Too many \(limit.rawValue)", wait: wait) {
                    self.rateHeaders.refusal(limit, reset: $0.seconds)
                }
            )
        }
    }
}
