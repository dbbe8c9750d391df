public import MCPCore

/// A batch of messages (revision 2025-03-26); each element gets a response of its own.
public struct Batch<Subject: Sendable>: Sendable {
    /// The most messages in a batch.
    public static var largest: Int { 50 }

    /// Bytes of responses after which no further element is carried out.
    public static var answerBytes: Int { 1 << 20 }

    enum Element: Sendable {
        case malformed(JSONRPCError)
        case call(Call<Subject>)
        /// A notification or a response.
        case unanswered
    }

    let elements: [Element]

    init(
        _ messages: [Result<JSONRPCMessage, JSONRPCError>],
        dispatcher: LegacyDispatcher<Subject>
    ) throws(JSONRPCError) {
        guard (1...Self.largest).contains(messages.count) else {
            throw JSONRPCError(code: .invalidRequest, message: "A batch holds 1 to \(Self.largest) messages.")
        }
        self.elements = messages.map { message in
            switch message {
            case .failure(let error): .malformed(error)
            case .success(.request(let request)): .call(Call(request, dispatcher: dispatcher))
            case .success(.notification), .success(.response): .unanswered
            }
        }
    }

    private var calls: [Call<Subject>] {
        self.elements.compactMap { element in
            guard case .call(let call) = element else { return nil }
            return call
        }
    }

    /// Whether one of its calls needs a session.
    public var needsSession: Bool { self.calls.contains { $0.needsSession } }

    /// The sum of its calls' costs.
    public func cost(for scopes: Set<String>) -> CallCost {
        let calls = self.calls
        let writes = calls.reduce(0) { $0 + $1.cost(for: scopes).writes }
        return CallCost(requests: max(1, calls.count), writes: writes)
    }

    /// Begins to carry out the elements in order.
    ///
    /// - Parameters:
    ///   - revision: the session's, or without a session the header's.
    ///   - budget: bytes of responses after which no further element is carried out.
    ///   - record: called with the response to each call.
    public func run(
        as caller: Caller<Subject>,
        revision: ProtocolRevision,
        budget: Int = Self.answerBytes,
        recording record: @escaping BatchRun<Subject>.Record = { _, _ in }
    ) -> BatchRun<Subject> {
        BatchRun(self, as: caller, revision: revision, budget: budget, recording: record)
    }
}
