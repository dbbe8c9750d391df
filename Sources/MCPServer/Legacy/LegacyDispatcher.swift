import Encodings
public import Logging
public import MCPCore

/// Answers requests of the legacy era: revisions 2024-11-05 to 2025-11-25.
public struct LegacyDispatcher<Subject: Sendable>: Sendable {
    let implementation: Implementation
    let instructions: String
    let registry: ToolRegistry<Subject>
    let logger: Logger

    /// Serves a registry.
    ///
    /// - Parameters:
    ///   - implementation: the server's name and version.
    ///   - instructions: what a model should know before it uses the tools.
    public init(
        implementation: Implementation,
        instructions: String,
        registry: ToolRegistry<Subject>,
        logger: Logger
    ) {
        self.implementation = implementation
        self.instructions = instructions
        self.registry = registry
        self.logger = logger
    }

    /// Whether a method is served to a client that has no session, under the token's user alone.
    public func isServedWithoutSession(_ method: String) -> Bool {
        switch MCPMethod(rawValue: method) {
        case .toolsList, .toolsCall, .ping: return true
        default: return false
        }
    }

    /// What a request will ask for.
    public func cost(of request: JSONRPCRequest) -> CallCost {
        guard MCPMethod(rawValue: request.method) == .toolsCall,
            let name = request.params?["name"]?.stringValue, let tool = self.registry.tool(named: name)
        else {
            return CallCost(writes: false, scope: nil, tool: nil)
        }
        return CallCost(writes: tool.writes, scope: tool.scope, tool: tool.definition.name)
    }

    /// Answers one request; never throws, whatever happens becomes an answer.
    ///
    /// - Parameter revision: the session's, or what the client names without one.
    public func reply(
        to request: JSONRPCRequest,
        revision: ProtocolRevision,
        caller: Caller<Subject>
    ) async -> Reply {
        switch MCPMethod(rawValue: request.method) {
        case .ping: return Self.success(request.id, result: Self.emptyObject)
        case .toolsList: return self.listTools(request, revision: revision, caller: caller)
        case .toolsCall: return await self.callTool(request, revision: revision, caller: caller)
        case .initialize:
            return Self.failure(request.id, .invalidRequest, "'initialize' must be sent by itself.")
        default:
            return Self.failure(request.id, .methodNotFound, "Unknown method: \(request.method.prefix(100))")
        }
    }

    private static var emptyObject: [UInt8] { [UInt8(ascii: "{"), UInt8(ascii: "}")] }

    static func success(
        _ id: JSONRPCID,
        result: [UInt8],
        outcome: Reply.Outcome = .success,
        events: [ToolEvent] = []
    ) -> Reply {
        Reply(body: JSONRPCResponse.encode(id: id, result: result), outcome: outcome, events: events)
    }

    static func failure(
        _ id: JSONRPCID,
        _ code: ErrorCode,
        _ message: String,
        data: JSONValue? = nil,
        outcome: Reply.Outcome = .protocolError
    ) -> Reply {
        let error = JSONRPCError(code: code, message: message, data: data, id: id)
        return Reply(body: JSONRPCResponse.encode(error), outcome: outcome)
    }
}
