import Encodings
import MCPCore

/// A batch of messages (revision 2025-03-26); each element gets a response of its own.
public struct Batch<Subject: Sendable>: Sendable {
    /// The most messages in a batch.
    public static var largest: Int { 50 }

    private enum Element {
        case malformed(JSONRPCError)
        case call(Call<Subject>)
        /// A notification or a response.
        case unanswered
    }

    private let elements: [Element]

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

    /// Runs the calls in order with `answer`.
    ///
    /// - Returns: the JSON array of responses, or `nil` where no element needs one.
    public func run(_ answer: (Call<Subject>) async throws -> Reply) async rethrows -> [UInt8]? {
        var bodies: [[UInt8]] = []
        for element in self.elements {
            switch element {
            case .malformed(let error): bodies.append(JSONRPCResponse.encode(error))
            case .call(let call): bodies.append(try await answer(call).body)
            case .unanswered: break
            }
        }
        guard !bodies.isEmpty else { return nil }
        var writer = JSONWriter(capacity: bodies.reduce(2) { $0 + $1.count + 1 })
        writer.array(bodies) { $0.raw($1) }
        return writer.bytes
    }
}
