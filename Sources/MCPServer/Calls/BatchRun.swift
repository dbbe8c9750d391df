import Encodings
import MCPCore

/// A batch that is carried out one element after the other, each when the response before it has been taken.
///
/// So its answer is never in memory as a whole. All responses together have a budget: elements behind the one that uses
/// it up are not carried out and get an error.
public struct BatchRun<Subject: Sendable>: Sendable {
    /// Called with the response to each call, also to one that is not carried out.
    public typealias Record = @Sendable (Reply, Call<Subject>) -> Void

    private var elements: ArraySlice<Batch<Subject>.Element>
    private let caller: Caller<Subject>
    private let revision: ProtocolRevision
    private let budget: Int
    private let record: Record
    private var count = 0
    private var isClosed = false

    init(
        _ batch: Batch<Subject>,
        as caller: Caller<Subject>,
        revision: ProtocolRevision,
        budget: Int,
        recording record: @escaping Record
    ) {
        self.elements = batch.elements[...]
        self.caller = caller
        self.revision = revision
        self.budget = budget
        self.record = record
    }

    /// Carries out elements up to the next one with a response.
    ///
    /// - Returns: the next part of the JSON array of responses; `nil` after its end, and at once where no element has a
    ///   response.
    public mutating func next() async -> [UInt8]? {
        while let element = self.elements.popFirst() {
            switch element {
            case .malformed(let error): return self.part(JSONRPCResponse.encode(error))
            case .call(let call): return self.part(await self.reply(to: call).body)
            case .unanswered: break
            }
        }
        guard self.count > 0, !self.isClosed else { return nil }
        self.isClosed = true
        return [UInt8(ascii: "]")]
    }

    /// Carries out the remaining writes, whose responses cannot be delivered: hanging up does not withdraw them.
    public mutating func finishWrites() async {
        while let element = self.elements.popFirst() {
            guard case .call(let call) = element, call.writes else { continue }
            self.count += await self.reply(to: call).body.count
        }
    }

    private func reply(to call: Call<Subject>) async -> Reply {
        let reply =
            self.count < self.budget
            ? await call.run(as: self.caller, revision: self.revision)
            : .notCarriedOut(call.request.id, budget: self.budget)
        self.record(reply, call)
        return reply
    }

    private mutating func part(_ body: [UInt8]) -> [UInt8] {
        var part: [UInt8] = []
        part.reserveCapacity(body.count + 1)
        part.append(UInt8(ascii: self.count == 0 ? "[" : ","))
        part.append(contentsOf: body)
        self.count += part.count
        return part
    }
}

extension Reply {
    fileprivate static func notCarriedOut(_ id: JSONRPCID, budget: Int) -> Reply {
        let error = JSONRPCError(
            code: .answerTooLarge,
            message:
                "Not carried out: the responses before this one fill the \(budget) bytes that the answer to a batch "
                + "may have. Send this message again by itself.",
            id: id
        )
        return Reply(body: JSONRPCResponse.encode(error), outcome: .protocolError)
    }
}
