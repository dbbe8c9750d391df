import Encodings
public import MCPCore

/// What `initialize` agreed on.
public struct Opening: Sendable {
    /// The revision the client and this server will speak.
    public let revision: ProtocolRevision
    /// What the client said of itself.
    public let parameters: InitializeParameters
    /// The JSON-RPC response.
    public let body: [UInt8]
}

extension LegacyDispatcher {
    /// Agrees with a client on a revision.
    ///
    /// A revision that this server does not know is answered with the latest legacy one (MCP 2025-11-25, Lifecycle).
    ///
    /// - Throws: `JSONRPCError` with `-32602` when the parameters are not those of `initialize`.
    public func open(_ request: JSONRPCRequest) throws -> Opening {
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
        return Opening(
            revision: revision,
            parameters: parameters,
            body: JSONRPCResponse.encode(id: request.id, result: writer.bytes)
        )
    }
}
