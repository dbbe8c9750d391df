import Encodings
public import MCPCore

extension JSONRPCError {
    /// For an unsupported revision; lists the supported ones (MCP 2026-07-28, versioning).
    public static func unsupportedRevision(_ requested: String, id: JSONRPCID?) -> JSONRPCError {
        JSONRPCError(
            code: .unsupportedProtocolVersion,
            message: "Unsupported protocol version",
            data: [
                "supported": .array(ProtocolRevision.allLegacy.reversed().map { .string($0.rawValue) }),
                "requested": .string(requested.prefix(bytes: 100)),
            ],
            id: id
        )
    }
}

extension ProtocolRevision {
    /// For a batch in a revision without batches.
    public var batchRefusal: JSONRPCError {
        let message = "Revision \(self.rawValue) has no batches: send one message at a time."
        return JSONRPCError(code: .invalidRequest, message: message)
    }
}
