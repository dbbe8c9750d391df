import HTTPServer
import HTTPTypes
import Hummingbird
import MCPCore
import MCPServer
import NIOCore

extension MCPEndpoint {
    func answer(
        _ prepared: Prepared<Subject>,
        _ body: ByteBuffer,
        _ exchange: Exchange<Gate.Client>
    ) async throws -> Response {
        if case .unsupported(let requested, let id) = prepared {
            let error = JSONRPCError.unsupportedRevision(requested, id: id)
            return try await self.counting(body, exchange, .json(JSONRPCResponse.encode(error), status: .badRequest))
        }
        guard !prepared.needsSession || exchange.sessionText != nil else {
            return try await self.counting(body, exchange, .sessionRequired(prepared.id))
        }
        var ignoringSession = false
        if case .initialize = prepared { ignoringSession = true }
        let admittance = try await self.gate.admit(
            exchange,
            cost: prepared.cost(for: self.gate.scopes(of: exchange.client)),
            ignoringSession: ignoringSession
        )
        switch prepared {
        case .initialize(let request): return try await self.initialize(request, admittance, exchange)
        case .call(let call): return try await self.respond(to: call, admittance, exchange)
        case .batch(let batch): return try await self.respond(to: batch, admittance, exchange)
        case .unanswered, .unsupported: return Response(status: .accepted, headers: admittance.headers)
        }
    }

    private func initialize(
        _ request: JSONRPCRequest,
        _ admittance: Admittance,
        _ exchange: Exchange<Gate.Client>
    ) async throws -> Response {
        let outcome: InitializeOutcome
        do {
            outcome = try self.dispatcher.initialize(request)
        } catch {
            return .json(JSONRPCResponse.encode(error), headers: admittance.headers)
        }
        var headers = admittance.headers
        headers[.mcpSessionID] = try await self.gate.openSession(outcome, exchange)
        return .json(outcome.body, headers: headers)
    }

    private func respond(
        to call: Call<Subject>,
        _ admittance: Admittance,
        _ exchange: Exchange<Gate.Client>
    ) async throws -> Response {
        let reply = try await self.reply(to: call, admittance, exchange)
        guard let scope = reply.missingScope else { return .json(reply.body, headers: admittance.headers) }
        let challenge = self.gate.challenge(missing: scope, of: exchange.client)
        return .json(reply.body, status: .forbidden, headers: challenge)
    }

    private func reply(
        to call: Call<Subject>,
        _ admittance: Admittance,
        _ exchange: Exchange<Gate.Client>
    ) async throws -> Reply {
        let caller = try self.caller(admittance, exchange)
        let reply = await call.run(as: caller, revision: exchange.revision(admittance))
        self.gate.record(reply, to: call, exchange)
        return reply
    }

    func caller(_ admittance: Admittance, _ exchange: Exchange<Gate.Client>) throws -> Caller<Subject> {
        Caller(
            subject: try self.subject(exchange.client, admittance.sequence),
            scopes: self.gate.scopes(of: exchange.client),
            resultMeta: admittance.resultMeta
        )
    }
}
