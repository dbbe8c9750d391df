public import MCPCore

/// A request with its tool resolved, so that cost and needs are known before admission.
public struct Call<Subject: Sendable>: Sendable {
    /// The client's request.
    public let request: JSONRPCRequest
    let entry: ToolRegistry<Subject>.Entry?
    private let dispatcher: LegacyDispatcher<Subject>

    init(_ request: JSONRPCRequest, dispatcher: LegacyDispatcher<Subject>) {
        self.request = request
        self.entry = dispatcher.entry(for: request)
        self.dispatcher = dispatcher
    }

    /// The name of the registered tool; safe as a metric label.
    public var tool: String? { self.entry?.tool.definition.name }

    /// Whether the tool writes.
    public var writes: Bool { self.entry?.tool.writes ?? false }

    /// Calls that need no session run as the token's user.
    public var needsSession: Bool {
        switch MCPMethod(rawValue: self.request.method) {
        case .toolsList, .toolsCall, .ping: false
        default: true
        }
    }

    /// The scope that the tool needs and `scopes` lacks.
    public func missingScope(in scopes: Set<String>) -> String? {
        self.entry.flatMap { scopes.contains($0.tool.scope) ? nil : $0.tool.scope }
    }

    /// The cost for a token with `scopes`: a call that will be refused is not charged as a write.
    public func cost(for scopes: Set<String>) -> CallCost {
        CallCost(writes: self.writes && self.missingScope(in: scopes) == nil ? 1 : 0)
    }

    /// Runs the call; every failure becomes a response.
    ///
    /// - Parameter revision: the session's, or without a session the header's.
    public func run(as caller: Caller<Subject>, revision: ProtocolRevision) async -> Reply {
        if let scope = self.missingScope(in: caller.scopes) { return .missing(scope: scope, id: self.request.id) }
        return await self.dispatcher.reply(to: self, revision: revision, caller: caller)
    }
}
