import Dispatch
import Encodings
package import HTTPServer
import HTTPTypes
package import Hummingbird
import MCPCore
package import MCPServer
import NIOCore

/// `/mcp`: authenticates, reads, admits and runs, in that order (MCP 2025-11-25, Streamable HTTP).
///
/// Generic: the gate authenticates the client, and `subject` returns what that client's calls work on, in no older state
/// than the sequence number of the admittance.
package struct MCPEndpoint<Gate: CallGate, Subject: Sendable>: Sendable {
    let dispatcher: LegacyDispatcher<Subject>
    let gate: Gate
    let maxBodyBytes: Int
    let subject: @Sendable (Gate.Client, Int64?) throws -> Subject

    /// - Parameter maxBodyBytes: larger bodies are rejected.
    package init(
        _ dispatcher: LegacyDispatcher<Subject>,
        gate: Gate,
        maxBodyBytes: Int,
        subject: @escaping @Sendable (_ for: Gate.Client, _ sequence: Int64?) throws -> Subject
    ) {
        self.dispatcher = dispatcher
        self.gate = gate
        self.maxBodyBytes = maxBodyBytes
        self.subject = subject
    }

    package func add(to router: Router<CarrelRequestContext>) {
        router.post("/mcp") { request, context in try await self.post(request, context) }
        router.delete("/mcp") { request, context in try await self.delete(request, context) }
        router.get("/mcp") { request, context in try await self.get(request, context) }
    }

    private func post(_ request: Request, _ context: CarrelRequestContext) async throws -> Response {
        let start = DispatchTime.now()
        let client = try await self.gate.authenticate(request, context)
        let exchange = Exchange(client: client, request: request, context: context, start: start)
        guard JSONBody.isJSON(request.headers[.contentType]) else {
            let message = "The body must be JSON: send 'Content-Type: application/json'."
            return .rpcError(.invalidRequest, message, status: .unsupportedMediaType)
        }
        let body: ByteBuffer
        do {
            body = try await self.body(of: request, exchange)
        } catch let refusal as Refusal {
            return self.refuseBody(refusal, exchange)
        } catch is NIOTooManyBytesError {
            let message = "The body is larger than \(self.maxBodyBytes) bytes."
            return .rpcError(.invalidRequest, message, status: .contentTooLarge, headers: [.connection: "close"])
        }
        guard body.readableBytes > Self.unaskedBytes else { return try await self.answer(body, exchange) }
        // What takes as long as the body has bytes would keep the other connections of the event loop waiting.
        return try await withTaskExecutorPreference(globalConcurrentExecutor) {
            try await self.answer(body, exchange)
        }
    }

    /// Parses a body, admits what it asks for and runs it.
    private func answer(_ body: ByteBuffer, _ exchange: Exchange<Gate.Client>) async throws -> Response {
        let prepared: Prepared<Subject>
        do {
            prepared = try self.prepare(body, exchange)
        } catch let error as JSONRPCError {
            let response = Response.json(JSONRPCResponse.encode(error), status: .badRequest)
            return try await self.counting(body, exchange, response)
        } catch let error as JSONError {
            let response = Response.rpcError(.parseError, "Parse error: \(error)", status: .badRequest)
            return try await self.counting(body, exchange, response)
        }
        let response: Response
        do {
            response = try await self.answer(prepared, body, exchange)
        } catch let refusal as Refusal {
            response = .rpc(refusal, id: prepared.id)
        }
        self.gate.record(response, bodyBytes: body.readableBytes, exchange)
        return response
    }

    private func prepare(_ body: ByteBuffer, _ exchange: Exchange<Gate.Client>) throws -> Prepared<Subject> {
        let payload = try body.withUnsafeReadableBytes { bytes in
            try JSONRPCPayload.decode(JSONParser.parse(bytes.bindMemory(to: UInt8.self)))
        }
        return try self.dispatcher.prepare(
            payload,
            version: exchange.version,
            hasSession: exchange.sessionText != nil
        )
    }

    private func get(_ request: Request, _ context: CarrelRequestContext) async throws -> Response {
        _ = try await self.gate.authenticate(request, context)
        throw APIError(
            .methodNotAllowed,
            "validation_error",
            "This server opens no stream; it answers every POST with JSON.",
            headers: [.allow: "POST, DELETE"]
        )
    }

    private func delete(_ request: Request, _ context: CarrelRequestContext) async throws -> Response {
        let client = try await self.gate.authenticate(request, context)
        let exchange = Exchange(client: client, request: request, context: context)
        guard exchange.sessionText != nil else { return .sessionRequired(nil) }
        do {
            let admittance = try await self.gate.admit(exchange, cost: CallCost(), ignoringSession: false)
            try await self.gate.endSession(exchange)
            return Response(status: .noContent, headers: admittance.headers)
        } catch let refusal as Refusal {
            return .rpc(refusal, id: nil)
        }
    }
}
