import Encodings
import MCPCore

/// MCP over a pair of byte streams: one JSON-RPC message per line (MCP 2025-11-25, stdio transport).
///
/// The peer is one client with one session; its requests run one after the other.
public struct StdioLoop<Subject: Sendable>: Sendable {
    private let dispatcher: LegacyDispatcher<Subject>
    private let caller: Caller<Subject>

    /// In bytes; longer lines get an error response.
    public static var longestLine: Int { 8 << 20 }

    private static var lineFeed: UInt8 { 0x0A }

    /// - Parameter caller: the user all calls run as.
    public init(_ dispatcher: LegacyDispatcher<Subject>, caller: Caller<Subject>) {
        self.dispatcher = dispatcher
        self.caller = caller
    }

    /// Serves until the input ends.
    ///
    /// - Parameters:
    ///   - lines: the input, a line at a time without its line feed.
    ///   - write: called with a line, or a part of one, at a time; line feeds included.
    public func run<Lines: AsyncSequence>(
        _ lines: Lines,
        write: ([UInt8]) async throws -> Void
    ) async throws where Lines.Element == [UInt8] {
        var session = StdioSession(self.dispatcher, caller: self.caller)
        for try await line in lines where !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) {
            switch await session.answer(line) {
            case .none: break
            case .message(let message): try await write(message + [Self.lineFeed])
            case .batch(var run):
                var isAnswered = false
                while let part = await run.next() {
                    isAnswered = true
                    try await write(part)
                }
                if isAnswered { try await write([Self.lineFeed]) }
            }
        }
    }
}

/// The state of one client on stdio.
private struct StdioSession<Subject: Sendable> {
    private let dispatcher: LegacyDispatcher<Subject>
    private let caller: Caller<Subject>
    private var revision: ProtocolRevision?

    init(_ dispatcher: LegacyDispatcher<Subject>, caller: Caller<Subject>) {
        self.dispatcher = dispatcher
        self.caller = caller
    }

    /// A response without a line feed: JSONWriter escapes those in strings.
    enum Answer {
        case none
        case message([UInt8])
        case batch(BatchRun<Subject>)
    }

    mutating func answer(_ line: [UInt8]) async -> Answer {
        do {
            return try await self.answer(try Self.payload(line))
        } catch {
            return .message(JSONRPCResponse.encode(error))
        }
    }

    private mutating func answer(_ payload: JSONRPCPayload) async throws(JSONRPCError) -> Answer {
        let prepared = try self.dispatcher.prepare(payload, version: nil, hasSession: self.revision != nil)
        if prepared.needsSession, self.revision == nil {
            throw JSONRPCError(code: .invalidRequest, message: "Send 'initialize' first.", id: prepared.id)
        }
        let revision = self.revision ?? .latestLegacy
        switch prepared {
        case .initialize(let request):
            let outcome = try self.dispatcher.initialize(request)
            self.revision = outcome.revision
            return .message(outcome.body)
        case .call(let call): return .message(await call.run(as: self.caller, revision: revision).body)
        case .batch(let batch):
            guard revision.hasBatches else { throw revision.batchRefusal }
            return .batch(batch.run(as: self.caller, revision: revision))
        case .unanswered: return .none
        case .unsupported(let requested, let id): throw .unsupportedRevision(requested, id: id)
        }
    }

    private static func payload(_ line: [UInt8]) throws(JSONRPCError) -> JSONRPCPayload {
        guard line.count <= StdioLoop<Subject>.longestLine else {
            let message = "The line is longer than \(StdioLoop<Subject>.longestLine) bytes."
            throw JSONRPCError(code: .invalidRequest, message: message)
        }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONParser.parse(line)
        } catch {
            throw JSONRPCError(code: .parseError, message: "Parse error: \(error)")
        }
        return try JSONRPCPayload.decode(value)
    }
}
