import Encodings
import HTTPTypes
import Hummingbird
import Logging
import MCPCore
import SharedState

extension MCPEndpoint {
    /// Whether a request was let in: with its session, or with the answer it gets instead.
    struct Admitted {
        var session: AdmittedSession?
        var budget = RequestBudget.unlimited
        /// What the answer tells of the limits.
        var headers: HTTPFields = [:]
        var refusal: Response?
    }

    /// Asks the shared state, in one round trip, whether the request may go on.
    ///
    /// - Parameter ignoringSession: `initialize` opens a new session whatever old one the client still names.
    func admit(
        _ exchange: Exchange,
        requests: Int,
        writes: Int,
        id: JSONRPCID?,
        ignoringSession: Bool = false
    ) async throws -> Admitted {
        var session: SessionID?
        if let text = exchange.sessionText, !ignoringSession {
            // An id that this server cannot have given out is like one that has ended.
            guard let known = SessionID(text) else { return Admitted(refusal: Self.sessionNotFound(id)) }
            session = known
        }
        let verdict: AdmissionVerdict
        do {
            verdict = try await self.state.admission.admit(
                AdmissionRequest(principal: exchange.principal, session: session, requests: requests, writes: writes)
            )
        } catch let error as SharedStateError {
            exchange.context.logger.error("Admission failed", metadata: ["error": "\(error)"])
            return Admitted(refusal: Self.unavailable(id))
        }
        switch verdict {
        case .admitted(let session, let budget):
            return Admitted(session: session, budget: budget, headers: self.rateHeaders.fields(budget))
        case .revoked: return Admitted(refusal: self.revoked(exchange))
        case .unknownSession(let foreign):
            if foreign {
                self.metrics.sessionHijackAttempted()
                self.audit.record(exchange.event(.sessionHijackAttempt))
            }
            return Admitted(refusal: Self.sessionNotFound(id))
        case .limited(let limit, let wait): return Admitted(refusal: self.limited(limit, wait, exchange, id: id))
        }
    }

    private func revoked(_ exchange: Exchange) -> Response {
        self.authenticator.failure(
            AuthenticationFailure(reason: "revoked", message: "The token has been revoked."),
            principal: exchange.principal,
            context: exchange.context
        ).response()
    }

    private func limited(_ limit: LimitClass, _ wait: Duration, _ exchange: Exchange, id: JSONRPCID?) -> Response {
        self.metrics.rateLimited(limit.rawValue)
        self.audit.record(exchange.event(.rateLimited, details: [.limit: limit.rawValue]))
        let (seconds, attoseconds) = wait.components
        let retryAfter = max(1, seconds + (attoseconds > 0 ? 1 : 0))
        var headers = self.rateHeaders.refusal(limit, reset: retryAfter)
        headers[.retryAfter] = "\(retryAfter)"
        return .rpcError(
            .rateLimited,
            "Too many \(limit.rawValue): try again in \(retryAfter) s.",
            status: .tooManyRequests,
            id: id,
            data: ["retry_after": .integer(retryAfter), "limit": .string(limit.rawValue)],
            headers: headers
        )
    }

    static func sessionNotFound(_ id: JSONRPCID?) -> Response {
        .rpcError(
            .sessionNotFound,
            "Session not found: it has ended or was never opened. Send 'initialize' without Mcp-Session-Id.",
            status: .notFound,
            id: id
        )
    }

    static func sessionRequired(_ id: JSONRPCID?) -> Response {
        .rpcError(
            .invalidRequest,
            "This needs a session: send 'initialize' first, then the Mcp-Session-Id it answers with.",
            status: .badRequest,
            id: id
        )
    }

    static func unavailable(_ id: JSONRPCID?) -> Response {
        .rpcError(
            .unavailable,
            "The server cannot check the request now; try again in a moment.",
            status: .serviceUnavailable,
            id: id,
            headers: [.retryAfter: "1"]
        )
    }
}
