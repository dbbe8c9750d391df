import Encodings
public import MCPCore

/// The revision that `initialize` negotiated, and the answer to it.
public struct InitializeOutcome: Sendable {
    /// The revision of the session.
    public let revision: ProtocolRevision
    /// What the client sent.
    public let parameters: InitializeParameters
    /// The JSON-RPC response.
    public let body: [UInt8]
}

extension LegacyDispatcher {
    /// Negotiates the revision with a client.
    ///
    /// A revision that this server does not know is answered with the latest legacy one (MCP 2025-11-25, Lifecycle).
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
