import HTTPServer
import Hummingbird
import Identity
import NIOCore
import SharedState

/// Admits requests of the JSON API and adds the rate limit headers to their responses.
struct APIGate: Sendable {
    struct Entry: Sendable {
        let principal: Principal
        let budget: RequestBudget
        /// The number of the last change of the principal's vault; `nil` where it is unknown.
        let sequence: Int64?
        let body: ByteBuffer
    }

    let gate: AdmissionGate

    /// Runs `answer` for an admitted request.
    ///
    /// - Parameter writes: whether the request counts against the limit of writes.
    func admitting(
        _ request: Request,
        _ context: CarrelRequestContext,
        writes: Bool = false,
        _ answer: (Entry) async throws -> Response
    ) async throws -> Response {
        let principal = try await self.gate.principal(of: request, context)
        // Read before admission, so that a slow body cannot outlive a revocation.
        let body = try await JSONBody.read(request)
        let admitted = try await self.gate.admit(
            AdmissionRequest(principal: principal, writes: writes ? 1 : 0, asksBytes: true),
            context
        )
        var response = try await self.recordingForbidden(request, of: principal, context) {
            let sequence = admitted.sequence
            return try await answer(
                Entry(principal: principal, budget: admitted.budget, sequence: sequence, body: body)
            )
        }
        self.gate.charge(body.readableBytes + (response.body.contentLength ?? 0), to: principal)
        for field in admitted.headers { response.headers.append(field) }
        return response
    }

    /// Records an audit event where the token lacks the right that the request needs.
    private func recordingForbidden(
        _ request: Request,
        of principal: Principal,
        _ context: CarrelRequestContext,
        _ answer: () async throws -> Response
    ) async throws -> Response {
        do {
            return try await answer()
        } catch let error as APIError where error.status == .forbidden {
            // The path is the client's text.
            let path = String(decoding: request.uri.path.utf8.prefix(200), as: UTF8.self)
            self.gate.audit.record(.forbidden, by: principal, context, [.path: path, .error: "permission_denied"])
            throw error
        }
    }
}
