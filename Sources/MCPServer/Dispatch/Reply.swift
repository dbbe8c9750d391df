/// The answer to one request, encoded, with what the edge wants to know of it.
public struct Reply: Sendable {
    /// The JSON-RPC response.
    public let body: [UInt8]
    /// How it went, for metrics and logs.
    public let outcome: Outcome
    /// What belongs into the audit trail.
    public let events: [ToolEvent]

    init(body: [UInt8], outcome: Outcome, events: [ToolEvent] = []) {
        self.body = body
        self.outcome = outcome
        self.events = events
    }

    /// How a request went.
    public enum Outcome: String, Sendable {
        /// A result.
        case success
        /// A tool's result with `isError`.
        case toolError = "tool_error"
        /// A JSON-RPC error that the client can mend.
        case protocolError = "protocol_error"
        /// Something broke in the server.
        case internalError = "internal_error"
    }
}
