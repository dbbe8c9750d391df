public import MCPCore

/// What a tool call gives back: the result for the client, and events for the audit trail.
public struct ToolOutcome: Sendable {
    /// The result as the client gets it.
    public let result: ToolCallResult
    /// What happened that an operator will want to know.
    public let events: [ToolEvent]

    /// Describes an outcome.
    public init(_ result: ToolCallResult, events: [ToolEvent] = []) {
        self.result = result
        self.events = events
    }
}

/// Something a tool did, or refused to do, that belongs into the audit trail.
public struct ToolEvent: Sendable, Hashable {
    /// The event's name in the audit trail, such as `note_written`.
    public let name: String
    /// What there is to say of it, never a note's text.
    public let details: [String: String]

    /// Describes an event.
    public init(_ name: String, details: [String: String] = [:]) {
        self.name = name
        self.details = details
    }
}
