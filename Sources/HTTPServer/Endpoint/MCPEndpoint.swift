import Dispatch
import Encodings
import HTTPTypes
import Hummingbird
import Identity
import Logging
import MCPCore
import MCPServer
import NIOCore
import SharedState
import Vault

/// `/mcp`: authenticates, reads, lets in and answers, in that order.
struct MCPEndpoint: Sendable {
    let configuration: EdgeConfiguration
    let authenticator: Authenticator
    let failures: AddressRateLimiter
    let state: SharedPorts
    let usage: UsageLedger
    let audit: any AuditTrail
    let metrics: EdgeMetrics
    let vaults: VaultStore
    let legacy: LegacyDispatcher<Vault>
    let rateHeaders: RateHeaders

    func add(to router: Router<CarrelRequestContext>) {
        router.post("/mcp") { request, context in try await self.post(request, context: context) }
        router.delete("/mcp") { request, context in try await self.delete(request, context: context) }
        router.get("/mcp") { request, context in try await self.get(request, context: context) }
    }

    private func post(_ request: Request, context: CarrelRequestContext) async throws -> Response {
        let start = DispatchTime.now()
        let principal: Principal
        do {
            principal = try self.authenticator.principal(of: request, context: context)
        } catch let failure as AuthenticationFailure {
            return await self.failures.response(to: failure, context: context)
        }
        let exchange = Exchange(principal: principal, request: request, context: context, start: start)
        guard Self.isJSON(request.headers[.contentType]) else {
            let message = "The body must be JSON: send 'Content-Type: application/json'."
            return .rpcError(.invalidRequest, message, status: .unsupportedMediaType)
        }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: self.configuration.maxBodyBytes)
        } catch is NIOTooManyBytesError {
            let message = "The body is larger than \(self.configuration.maxBodyBytes) bytes."
            return .rpcError(.invalidRequest, message, status: .contentTooLarge, headers: [.connection: "close"])
        }
        let payload: JSONRPCPayload
        do {
            payload = try body.withUnsafeReadableBytes { bytes in
                try JSONRPCPayload.decode(JSONParser.parse(bytes.bindMemory(to: UInt8.self)))
            }
        } catch let error as JSONRPCError {
            return .json(JSONRPCResponse.encode(error), status: .badRequest)
        } catch let error as JSONError {
            return .rpcError(.parseError, "Parse error: \(error)", status: .badRequest)
        }
        let response = try await self.answer(payload, exchange: exchange)
        self.usage.record(exchange.counts(bodyBytes: body.readableBytes, response: response), for: principal.user)
        return response
    }

    private func answer(_ payload: JSONRPCPayload, exchange: Exchange) async throws -> Response {
        let inbound = Inbound.classify(payload, version: exchange.version, hasSession: exchange.sessionText != nil)
        switch inbound {
        case .unsupported(let requested, let id):
            return .rpcError(
                .unsupportedProtocolVersion,
                "Unsupported protocol version",
                status: .badRequest,
                id: id,
                data: [
                    "supported": .array(ProtocolRevision.allLegacy.reversed().map { .string($0.rawValue) }),
                    "requested": .string(String(requested.prefix(100))),
                ]
            )
        case .initialize(let request): return try await self.initialize(request, exchange: exchange)
        case .request(let request): return try await self.respond(to: request, exchange: exchange)
        case .batch(let messages): return try await self.respond(toBatch: messages, exchange: exchange)
        case .notification(let opensSession):
            guard exchange.sessionText != nil || opensSession else { return Self.sessionRequired(nil) }
            let admitted = try await self.admit(exchange, requests: 1, writes: 0, id: nil)
            return admitted.refusal ?? .accepted(admitted.headers)
        case .response:
            guard exchange.sessionText != nil else { return Self.sessionRequired(nil) }
            let admitted = try await self.admit(exchange, requests: 1, writes: 0, id: nil)
            return admitted.refusal ?? .accepted(admitted.headers)
        }
    }

    private func get(_ request: Request, context: CarrelRequestContext) async throws -> Response {
        do {
            _ = try self.authenticator.principal(of: request, context: context)
        } catch let failure as AuthenticationFailure {
            return await self.failures.response(to: failure, context: context)
        }
        return APIError(
            .methodNotAllowed,
            "validation_error",
            "This server opens no stream; it answers every POST with JSON.",
            headers: [.allow: "POST, DELETE"]
        ).response()
    }

    private func delete(_ request: Request, context: CarrelRequestContext) async throws -> Response {
        let principal: Principal
        do {
            principal = try self.authenticator.principal(of: request, context: context)
        } catch let failure as AuthenticationFailure {
            return await self.failures.response(to: failure, context: context)
        }
        let exchange = Exchange(principal: principal, request: request, context: context, start: .now())
        guard exchange.sessionText != nil else { return Self.sessionRequired(nil) }
        let admitted = try await self.admit(exchange, requests: 1, writes: 0, id: nil)
        if let refusal = admitted.refusal { return refusal }
        guard let session = admitted.session,
            try await self.state.sessions.end(session.id, of: principal.user) == .ended
        else {
            return Self.sessionNotFound(nil)
        }
        self.audit.record(exchange.event(.sessionEnded))
        return Response(status: .noContent, headers: admitted.headers)
    }

    static func isJSON(_ contentType: String?) -> Bool {
        guard let contentType else { return false }
        if contentType == "application/json" { return true }
        let type = contentType.prefix { $0 != ";" }
        return String(type).trimmingWhitespace().lowercased() == "application/json"
    }
}

extension String {
    fileprivate func trimmingWhitespace() -> String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return String(self.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
