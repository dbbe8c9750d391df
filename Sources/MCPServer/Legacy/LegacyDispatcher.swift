import Encodings
public import Logging
public import MCPCore

/// Prepares and runs requests of the legacy era: revisions 2024-11-05 to 2025-11-25.
///
/// A class, because every prepared call carries it through generic code, where copies of a large value cost time.
public final class LegacyDispatcher<Subject: Sendable>: Sendable {
    let implementation: Implementation
    let instructions: String
    let registry: ToolRegistry<Subject>
    let logger: Logger

    /// - Parameters:
    ///   - implementation: the server's name and version.
    ///   - instructions: for the model, sent with `initialize`.
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

    func entry(for request: JSONRPCRequest) -> ToolRegistry<Subject>.Entry? {
        guard MCPMethod(rawValue: request.method) == .toolsCall else { return nil }
        return request.params?["name"]?.stringValue.flatMap { self.registry.entry(named: $0) }
    }

    func reply(to call: Call<Subject>, revision: ProtocolRevision, caller: Caller<Subject>) async -> Reply {
        let request = call.request
        switch MCPMethod(rawValue: request.method) {
        case .ping: return Self.success(request.id, result: Self.emptyObject)
        case .toolsList: return self.listTools(request, revision: revision, caller: caller)
        case .toolsCall: return await self.callTool(call, revision: revision, caller: caller)
        case .initialize:
            return Self.failure(request.id, .invalidRequest, "'initialize' must be sent by itself.")
        default:
            return Self.failure(request.id, .methodNotFound, "Unknown method: \(request.method.prefix(bytes: 100))")
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
