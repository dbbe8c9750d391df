import Hummingbird
import Identity
import Logging
import NIOCore
import SharedState

/// Lets requests of the HTTP API in as `/mcp` does: by token, revocation and limits.
struct APIGate: Sendable {
    /// A request that was let in.
    struct Entry: Sendable {
        let principal: Principal
        let budget: RequestBudget
        let body: ByteBuffer
    }

    let authenticator: Authenticator
    let failures: AddressRateLimiter
    let admission: any Admission
    let audit: any AuditTrail
    let rateHeaders: RateHeaders

    /// Answers a request of somebody who is let in, and tells it of the limits.
    ///
    /// - Parameter writes: whether it changes anything, and so counts as a write.
    func admitting(
        _ request: Request,
        _ context: CarrelRequestContext,
        writes: Bool = false,
        _ answer: (Entry) async throws -> Response
    ) async throws -> Response {
        let principal: Principal
        do {
            principal = try self.authenticator.principal(of: request, context: context)
        } catch let failure as AuthenticationFailure {
            return await self.failures.response(to: failure, context: context)
        }
        // Read before anybody is let in: a request that is held open must not be let in by what was true at its beginning.
        let body = try await APIBody.read(request)
        let verdict = try await self.admission.admit(AdmissionRequest(principal: principal, writes: writes ? 1 : 0))
        switch verdict {
        case .admitted(_, let budget):
            var response = try await self.recordingRefusal(request, of: principal, context) {
                try await answer(Entry(principal: principal, budget: budget, body: body))
            }
            for field in self.rateHeaders.fields(budget) { response.headers.append(field) }
            return response
        case .revoked:
            let failure = AuthenticationFailure(reason: "revoked", message: "The token has been revoked.")
            return self.authenticator.failure(failure, principal: principal, context: context).response()
        case .limited(let limit, let wait): throw self.limited(limit, wait, principal, context)
        case .unknownSession: throw APIError(.internalServerError, "internal_error", "Something broke in the server.")
        }
    }

    /// Writes down that somebody asked for what its token does not allow.
    private func recordingRefusal(
        _ request: Request,
        of principal: Principal,
        _ context: CarrelRequestContext,
        _ answer: () async throws -> Response
    ) async throws -> Response {
        do {
            return try await answer()
        } catch let error as APIError where error.status == .forbidden {
            // The rest of a long one is the caller's own invention.
            let details: [AuditField: String] = [
                .path: String(request.uri.path.prefix(200)), .error: "permission_denied",
            ]
            self.audit.record(.forbidden, by: principal, context, details)
            throw error
        }
    }

    private func limited(
        _ limit: LimitClass,
        _ wait: Duration,
        _ principal: Principal,
        _ context: CarrelRequestContext
    ) -> APIError {
        self.authenticator.metrics.rateLimited(limit.rawValue)
        self.audit.record(.rateLimited, by: principal, context, [.limit: limit.rawValue])
        let seconds = wait.components.seconds + 1
        var headers = self.rateHeaders.refusal(limit, reset: seconds)
        headers[.retryAfter] = "\(seconds)"
        return APIError(
            .tooManyRequests,
            "rate_limited",
            "Too many \(limit.rawValue): try again in \(seconds) s.",
            headers: headers
        )
    }
}
