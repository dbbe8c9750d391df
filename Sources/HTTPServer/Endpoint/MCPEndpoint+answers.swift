import Dispatch
import Encodings
import HTTPTypes
import Hummingbird
import Identity
import Logging
import MCPCore
import MCPServer
import SharedState
import Vault

extension MCPEndpoint {
    func initialize(_ request: JSONRPCRequest, exchange: Exchange) async throws -> Response {
        let admitted = try await self.admit(
            exchange,
            requests: 1,
            writes: 0,
            id: request.id,
            ignoringSession: true
        )
        if let refusal = admitted.refusal { return refusal }
        let opening: Opening
        do {
            opening = try self.legacy.open(request)
        } catch let error as JSONRPCError {
            return .json(JSONRPCResponse.encode(error), headers: admitted.headers)
        }
        let session: Session
        do {
            session = try await self.state.sessions.create(
                for: exchange.principal.user,
                client: SessionClient(opening, tokenID: exchange.principal.revocationID)
            )
        } catch let error as SharedStateError {
            exchange.context.logger.error("Session could not be opened", metadata: ["error": "\(error)"])
            return Self.unavailable(request.id)
        }
        var event = exchange.event(.sessionCreated, details: [.client: session.client.name])
        event.session = session.id.value
        self.audit.record(event)
        self.metrics.answered(method: request.method, outcome: .success, since: exchange.start)
        var headers = admitted.headers
        headers[.mcpSessionID] = session.id.value
        return .json(opening.body, headers: headers)
    }

    func respond(to request: JSONRPCRequest, exchange: Exchange) async throws -> Response {
        guard exchange.sessionText != nil || self.legacy.isServedWithoutSession(request.method) else {
            return Self.sessionRequired(request.id)
        }
        let cost = self.legacy.cost(of: request)
        let isAllowed = cost.scope.map { exchange.principal.scopes.names.contains($0) } ?? true
        let writes = cost.writes && isAllowed ? 1 : 0
        let admitted = try await self.admit(exchange, requests: 1, writes: writes, id: request.id)
        if let refusal = admitted.refusal { return refusal }
        if !isAllowed, let scope = cost.scope { return self.insufficientScope(scope, exchange, id: request.id) }
        let revision = Self.revision(of: admitted.session, exchange: exchange)
        let reply = try await self.reply(to: request, cost: cost, revision: revision, admitted, exchange: exchange)
        return .json(reply.body, headers: admitted.headers)
    }

    func respond(
        toBatch messages: [Result<JSONRPCMessage, JSONRPCError>],
        exchange: Exchange
    ) async throws -> Response {
        guard (1...Self.largestBatch).contains(messages.count) else {
            let message = "A batch holds 1 to \(Self.largestBatch) messages."
            return .rpcError(.invalidRequest, message, status: .badRequest)
        }
        let requests = messages.compactMap { message -> JSONRPCRequest? in
            guard case .success(.request(let request)) = message else { return nil }
            return request
        }
        if exchange.sessionText == nil, !requests.allSatisfy({ self.legacy.isServedWithoutSession($0.method) }) {
            return Self.sessionRequired(nil)
        }
        let writes = requests.count { self.legacy.cost(of: $0).writes }
        let admitted = try await self.admit(exchange, requests: max(1, requests.count), writes: writes, id: nil)
        if let refusal = admitted.refusal { return refusal }
        let revision = Self.revision(of: admitted.session, exchange: exchange)
        guard revision.hasBatches else {
            let message = "Revision \(revision.rawValue) has no batches: send one message at a time."
            return .rpcError(.invalidRequest, message, status: .badRequest)
        }
        var bodies: [[UInt8]] = []
        for message in messages {
            switch message {
            case .failure(let error): bodies.append(JSONRPCResponse.encode(error))
            case .success(.request(let request)):
                let cost = self.legacy.cost(of: request)
                bodies.append(
                    try await self.reply(to: request, cost: cost, revision: revision, admitted, exchange: exchange)
                        .body
                )
            case .success(.notification), .success(.response): break
            }
        }
        guard !bodies.isEmpty else { return .accepted(admitted.headers) }
        var writer = JSONWriter(capacity: bodies.reduce(2) { $0 + $1.count + 1 })
        writer.beginArray()
        for body in bodies { writer.raw(body) }
        writer.endArray()
        return .json(writer.bytes, headers: admitted.headers)
    }

    private static var largestBatch: Int { 50 }

    /// What the session agreed on; without one what the header says, and without that the revision that had no header.
    private static func revision(of session: AdmittedSession?, exchange: Exchange) -> ProtocolRevision {
        if let session { return ProtocolRevision(rawValue: session.revision) }
        return exchange.version.map { ProtocolRevision(rawValue: $0) } ?? .v2025_03_26
    }

    private func reply(
        to request: JSONRPCRequest,
        cost: CallCost,
        revision: ProtocolRevision,
        _ admitted: Admitted,
        exchange: Exchange
    ) async throws -> Reply {
        let caller = Caller(
            subject: try self.vaults.vault(of: exchange.principal),
            scopes: exchange.principal.scopes.names,
            resultMeta: cost.tool == nil ? nil : admitted.budget.meta
        )
        let reply = await self.legacy.reply(to: request, revision: revision, caller: caller)
        self.record(reply.events, exchange: exchange)
        self.metrics.answered(method: cost.tool ?? request.method, outcome: reply.outcome, since: exchange.start)
        if cost.tool != nil {
            self.usage.record(
                UsageCounts(
                    reads: cost.writes ? 0 : 1,
                    writes: cost.writes ? 1 : 0,
                    errors: reply.outcome == .success ? 0 : 1
                ),
                for: exchange.principal.user
            )
        }
        return reply
    }

    private func record(_ events: [ToolEvent], exchange: Exchange) {
        for event in events {
            guard let name = AuditEvent.Name(rawValue: event.name) else { continue }
            if name == .pathRejected { self.metrics.pathRejected(traversal: event.details["traversal"] == "true") }
            self.audit.record(exchange.event(name, details: event.auditDetails))
        }
    }

    private func insufficientScope(_ scope: String, _ exchange: Exchange, id: JSONRPCID?) -> Response {
        self.audit.record(
            exchange.event(.forbidden, details: [.path: "/mcp", .error: "permission_denied", .scope: scope])
        )
        // All scopes at once, so that the client asks its user only once (MCP 2025-11-25, Step-Up Authorization).
        let needed = exchange.principal.scopes.names.union([scope]).sorted().joined(separator: " ")
        let message = "The token lacks the scope \(scope)."
        return .rpcError(
            .forbidden,
            message,
            status: .forbidden,
            id: id,
            headers: [
                .wwwAuthenticate: self.authenticator.challenge.text(
                    error: "insufficient_scope",
                    message,
                    scope: needed
                )
            ]
        )
    }
}

extension SessionClient {
    fileprivate init(_ opening: Opening, tokenID: String) {
        var capabilities = JSONWriter()
        capabilities.value(.object(opening.parameters.capabilities))
        self.init(
            revision: opening.revision.rawValue,
            name: opening.parameters.clientInfo.name,
            version: opening.parameters.clientInfo.version,
            capabilities: String(decoding: capabilities.bytes, as: UTF8.self),
            tokenID: tokenID
        )
    }
}
