public import Encodings

/// The parameters of `initialize`.
public struct InitializeParameters: Sendable, Hashable {
    /// The revision that the client requests.
    public let protocolVersion: String
    /// Unvalidated: clients nest arbitrary objects here.
    public let capabilities: JSONObject
    /// Some clients send none.
    public let clientInfo: Implementation

    /// Decodes and validates the parameters.
    ///
    /// - Throws: ``JSONRPCError`` with `-32602` when no revision is named, or fields are of the wrong type.
    public init(decoding params: JSONObject?, id: JSONRPCID) throws(JSONRPCError) {
        guard let version = params?["protocolVersion"]?.stringValue else {
            throw JSONRPCError(code: .invalidParams, message: "'protocolVersion' must be a string.", id: id)
        }
        switch params?["capabilities"] {
        case nil, .null: self.capabilities = [:]
        case .object(let object): self.capabilities = object
        default: throw JSONRPCError(code: .invalidParams, message: "'capabilities' must be an object.", id: id)
        }
        let client = params?["clientInfo"]
        if let client, client.objectValue == nil, client != .null {
            throw JSONRPCError(code: .invalidParams, message: "'clientInfo' must be an object.", id: id)
        }
        self.protocolVersion = version
        self.clientInfo = Implementation(
            name: client?["name"]?.stringValue ?? "unknown",
            title: client?["title"]?.stringValue,
            version: client?["version"]?.stringValue ?? "unknown"
        )
    }
}
