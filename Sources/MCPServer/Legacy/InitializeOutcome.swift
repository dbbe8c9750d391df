import Encodings
public import MCPCore

/// The negotiated revision and the response to `initialize`.
public struct InitializeOutcome: Sendable {
    /// The revision of the session.
    public let revision: ProtocolRevision
    /// The client's parameters.
    public let parameters: InitializeParameters
    /// The JSON-RPC response.
    public let body: [UInt8]
}

extension LegacyDispatcher {
    /// Negotiates the revision.
    ///
    /// An unknown revision gets the latest legacy one (MCP 2025-11-25, Lifecycle).
    ///
    /// - Throws: `JSONRPCError` with `-32602` when the parameters are not those of `initialize`.
    public func initialize(_ request: JSONRPCRequest) throws(JSONRPCError) -> InitializeOutcome {
        let parameters = try InitializeParameters(decoding: request.params, id: request.id)
        let revision = ProtocolRevision.negotiate(parameters.protocolVersion)
        var writer = JSONWriter(capacity: 1024)
        let result = InitializeResult(
            revision: revision,
            capabilities: ["tools": .object(["listChanged": .bool(false)])],
            serverInfo: self.implementation,
            instructions: self.instructions
        )
        result.write(to: &writer)
        return InitializeOutcome(
            revision: revision,
            parameters: parameters,
            body: JSONRPCResponse.encode(id: request.id, result: writer.bytes)
        )
    }
}
