public import MCPCore

/// The result of a tool call, and its audit events.
public struct ToolOutcome: Sendable {
    /// Sent to the client.
    public let result: ToolCallResult
    /// For the audit trail.
    public let events: [ToolEvent]

    package init(_ result: ToolCallResult, events: [ToolEvent] = []) {
        self.result = result
        self.events = events
    }
}

/// An act or a refusal of a tool, for the audit trail.
public struct ToolEvent: Sendable, Hashable {
    /// Such as `note_written`.
    public let name: String
    /// Never contains text of a note.
    public let details: [String: String]

    package init(_ name: String, details: [String: String] = [:]) {
        self.name = name
        self.details = details
    }
}
