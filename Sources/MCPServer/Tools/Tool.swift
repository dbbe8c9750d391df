public import MCPCore

/// A tool as one value: what it is called, what it takes, and what it does.
///
/// `Subject` is what a call works on. A handler is given the subject of the authenticated user and nothing that could
/// lead to another's.
public struct Tool<Subject: Sendable>: Sendable {
    /// Does the tool's work on a subject.
    ///
    /// Throws ``ToolFailure`` for what the caller can mend; anything else is an internal error.
    public typealias Handler = @Sendable (Subject, ToolArguments) async throws -> ToolOutcome

    /// What `tools/list` tells of it.
    public let definition: ToolDefinition
    /// The scope a token must have to call it, such as `notes:read`.
    public let scope: String
    /// Whether a call counts as a write.
    public let writes: Bool
    /// What it does.
    public let handle: Handler

    /// Describes a tool.
    public init(_ definition: ToolDefinition, scope: String, writes: Bool, handle: @escaping Handler) {
        self.definition = definition
        self.scope = scope
        self.writes = writes
        self.handle = handle
    }
}
