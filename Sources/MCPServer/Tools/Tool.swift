public import MCPCore

/// A tool as one value: definition, scope and handler.
///
/// `Subject` is what a call works on. A handler gets the authenticated user's subject and no reference to any other.
public struct Tool<Subject: Sendable>: Sendable {
    /// Runs the tool on a subject.
    ///
    /// Throws ``ToolFailure`` for errors that the caller can correct; any other error is internal.
    public typealias Handler = @Sendable (Subject, ToolArguments) async throws -> ToolOutcome

    /// The tool's element of `tools/list`.
    public let definition: ToolDefinition
    /// The scope a token must have to call it, such as `notes:read`.
    public let scope: String
    /// Whether a call counts as a write.
    public let writes: Bool
    /// Runs validated arguments.
    public let handle: Handler

    package init(_ definition: ToolDefinition, scope: String, writes: Bool, handle: @escaping Handler) {
        self.definition = definition
        self.scope = scope
        self.writes = writes
        self.handle = handle
    }
}
