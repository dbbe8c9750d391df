public import MCPCore

/// One request with its tool resolved: what it costs and needs is known before it is admitted.
public struct Call<Subject: Sendable>: Sendable {
    /// The request as it came.
    public let request: JSONRPCRequest
    let entry: ToolRegistry<Subject>.Entry?
    private let dispatcher: LegacyDispatcher<Subject>

    init(_ request: JSONRPCRequest, dispatcher: LegacyDispatcher<Subject>) {
        self.request = request
        self.entry = dispatcher.entry(for: request)
        self.dispatcher = dispatcher
    }

    /// The registered tool it calls; safe as a metric label.
    public var tool: String? { self.entry?.tool.definition.name }

    /// Whether it calls a tool that writes.
    public var writes: Bool { self.entry?.tool.writes ?? false }

    /// Whether it is served only within a session; the others run under the token's user alone.
    public var needsSession: Bool {
        switch MCPMethod(rawValue: self.request.method) {
        case .toolsList, .toolsCall, .ping: false
        default: true
        }
    }

    /// The scope its tool needs and `scopes` lacks.
    public func missingScope(in scopes: Set<String>) -> String? {
        self.entry.flatMap { scopes.contains($0.tool.scope) ? nil : $0.tool.scope }
    }

    /// What it charges to a user whose token has `scopes`: a write that is refused is no write.
    public func cost(for scopes: Set<String>) -> CallCost {
        CallCost(writes: self.writes && self.missingScope(in: scopes) == nil ? 1 : 0)
    }

    /// Answers the request; every failure becomes an answer.
    ///
    /// - Parameter revision: the session's, or the one that the client names without a session.
    public func run(as caller: Caller<Subject>, revision: ProtocolRevision) async -> Reply {
        if let scope = self.missingScope(in: caller.scopes) { return .missing(scope: scope, id: self.request.id) }
        return await self.dispatcher.reply(to: self, revision: revision, caller: caller)
    }
}
