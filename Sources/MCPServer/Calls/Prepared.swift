import Encodings
public import MCPCore

/// A POST resolved to a call, with its cost and needs known before admission.
public enum Prepared<Subject: Sendable>: Sendable {
    /// `initialize`, which opens a session.
    case initialize(JSONRPCRequest)
    /// Any other request.
    case call(Call<Subject>)
    /// A batch.
    case batch(Batch<Subject>)
    /// A notification or a response; `notifications/initialized` alone needs no session.
    case unanswered(needsSession: Bool)
    /// An unsupported revision.
    case unsupported(requested: String, id: JSONRPCID?)
}

extension Prepared {
    /// Whether it is rejected without a session.
    public var needsSession: Bool {
        switch self {
        case .initialize, .unsupported: false
        case .call(let call): call.needsSession
        case .batch(let batch): batch.needsSession
        case .unanswered(let needsSession): needsSession
        }
    }

    /// The id of an error about the whole message.
    public var id: JSONRPCID? {
        switch self {
        case .initialize(let request): request.id
        case .call(let call): call.request.id
        case .unsupported(_, let id): id
        case .batch, .unanswered: nil
        }
    }

    /// The cost for a token with `scopes`.
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

    /// Resolves the request's tool.
    public func call(_ request: JSONRPCRequest) -> Call<Subject> { Call(request, dispatcher: self) }

    /// Resolves a payload's method, tools and revision.
    ///
    /// - Parameters:
    ///   - version: the `MCP-Protocol-Version` header.
    ///   - hasSession: whether the request names a session; then its revision counts, and another known one in
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
