import Encodings
public import MCPCore

/// What a POST to the endpoint turns out to be.
public enum Inbound: Sendable {
    /// `initialize`: opens a session.
    case initialize(JSONRPCRequest)
    /// One request of the legacy era.
    case request(JSONRPCRequest)
    /// Several messages of the legacy era at once, as revision 2025-03-26 allows.
    case batch([Result<JSONRPCMessage, JSONRPCError>])
    /// A message that wants no answer; `opensSession` for `notifications/initialized`.
    case notification(opensSession: Bool)
    /// The answer to a request of the server.
    case response
    /// A revision this server does not speak.
    case unsupported(requested: String, id: JSONRPCID?)
}

extension Inbound {
    private static let envelopeKey = "io.modelcontextprotocol/protocolVersion"

    /// Tells what a payload is.
    ///
    /// - Parameters:
    ///   - version: the `MCP-Protocol-Version` header, if there is one.
    ///   - hasSession: whether the request names a session; then the session's revision counts, and a client that sends
    ///     another known one in the header is not turned away for it.
    public static func classify(_ payload: JSONRPCPayload, version: String?, hasSession: Bool) -> Inbound {
        switch payload {
        case .batch(let messages): return .batch(messages)
        case .single(.response): return .response
        case .single(.notification(let notification)):
            return .notification(opensSession: notification.method == MCPMethod.initialized.rawValue)
        case .single(.request(let request)):
            let envelope = request.params?["_meta"]?[Self.envelopeKey]?.stringValue
            // `initialize` negotiates in its body, whatever a header says, unless it comes in a modern envelope.
            if request.method == MCPMethod.initialize.rawValue, envelope == nil { return .initialize(request) }
            if let envelope { return .unsupported(requested: envelope, id: request.id) }
            guard let version else { return .request(request) }
            let revision = ProtocolRevision(rawValue: version)
            if revision.isKnown, revision.era == .legacy || hasSession { return .request(request) }
            return .unsupported(requested: version, id: request.id)
        }
    }
}
