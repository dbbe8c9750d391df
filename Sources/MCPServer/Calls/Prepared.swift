import Encodings
public import MCPCore

/// What a POST to the endpoint asks for, with its cost and needs known before it is admitted.
public enum Prepared<Subject: Sendable>: Sendable {
    /// `initialize`, which opens a session.
    case initialize(JSONRPCRequest)
    /// One request.
    case call(Call<Subject>)
    /// Several messages at once.
    case batch(Batch<Subject>)
    /// A notification or a response; `notifications/initialized` alone needs no session.
    case unanswered(needsSession: Bool)
    /// A revision this server does not speak.
    case unsupported(requested: String, id: JSONRPCID?)
}

extension Prepared {
    /// Whether it is served only within a session.
    public var needsSession: Bool {
        switch self {
        case .initialize, .unsupported: false
        case .call(let call): call.needsSession
        case .batch(let batch): batch.needsSession
        case .unanswered(let needsSession): needsSession
        }
    }

    /// The id that an error about the whole message names.
    public var id: JSONRPCID? {
        switch self {
        case .initialize(let request): request.id
        case .call(let call): call.request.id
        case .unsupported(_, let id): id
        case .batch, .unanswered: nil
        }
    }

    /// What it charges to a user whose token has `scopes`.
    public func cost(for scopes: Set<String>) -> CallCost {
        switch self {
        case .call(let call): call.cost(for: scopes)
        case .batch(let batch): batch.cost(for: scopes)
        case .initialize, .unanswered, .unsupported: CallCost()
        }
    }
}

extension LegacyDispatcher {
    private static var envelopeKey: String { "io.modelcontextprotocol/protocolVersion" }

    /// Resolves one request.
    public func call(_ request: JSONRPCRequest) -> Call<Subject> { Call(request, dispatcher: self) }

    /// Resolves a payload.
    ///
    /// - Parameters:
    ///   - version: the `MCP-Protocol-Version` header, if there is one.
    ///   - hasSession: whether the request names a session; then the session's revision counts, and another known one in
    ///     the header is not refused.
    /// - Throws: `JSONRPCError` with `-32600` for a batch of too many messages.
    public func prepare(
        _ payload: JSONRPCPayload,
        version: String?,
        hasSession: Bool
    ) throws(JSONRPCError) -> Prepared<Subject> {
        switch payload {
        case .batch(let messages): return .batch(try Batch(messages, dispatcher: self))
        case .single(.response): return .unanswered(needsSession: true)
        case .single(.notification(let notification)):
            return .unanswered(needsSession: notification.method != MCPMethod.initialized.rawValue)
        case .single(.request(let request)):
            let envelope = request.params?["_meta"]?[Self.envelopeKey]?.stringValue
            // `initialize` negotiates in its body, whatever a header says, unless it comes in a modern envelope.
            if request.method == MCPMethod.initialize.rawValue, envelope == nil { return .initialize(request) }
            if let envelope { return .unsupported(requested: envelope, id: request.id) }
            guard let version else { return .call(Call(request, dispatcher: self)) }
            let revision = ProtocolRevision(rawValue: version)
            if revision.isKnown, revision.era == .legacy || hasSession {
                return .call(Call(request, dispatcher: self))
            }
            return .unsupported(requested: version, id: request.id)
        }
    }
}
