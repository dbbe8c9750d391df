import MCPCore

/// The encoded response to one request, with what the HTTP layer records about it.
public struct Reply: Sendable {
    /// The JSON-RPC response.
    public let body: [UInt8]
    /// The outcome, for metrics and logs.
    public let outcome: Outcome
    /// Events for the audit trail.
    public let events: [ToolEvent]
    /// The scope that the token lacks, where the call was refused for that.
    public let missingScope: String?

    init(body: [UInt8], outcome: Outcome, events: [ToolEvent] = [], missingScope: String? = nil) {
        self.body = body
        self.outcome = outcome
        self.events = events
        self.missingScope = missingScope
    }

    /// How a request ended.
    public enum Outcome: String, Sendable {
        /// A result.
        case success
        /// A tool's result with `isError`.
        case toolError = "tool_error"
        /// A JSON-RPC error about the request.
        case protocolError = "protocol_error"
        /// A failure of the server.
        case internalError = "internal_error"
    }

    static func missing(scope: String, id: JSONRPCID) -> Reply {
        let error = JSONRPCError(code: .forbidden, message: "The token lacks the scope \(scope).", id: id)
        return Reply(body: JSONRPCResponse.encode(error), outcome: .protocolError, missingScope: scope)
    }
}
