import MCPCore
import MCPServer
import Testing

struct PreparedTests {
    private func kind(_ text: String, version: String? = nil, hasSession: Bool = false) throws -> String {
        let payload = try JSONRPCPayload.decode(try json(text))
        switch try ToyTools.dispatcher().prepare(payload, version: version, hasSession: hasSession) {
        case .initialize: return "initialize"
        case .call: return "call"
        case .batch(let batch): return "batch of \(batch.cost(for: []).requests)"
        case .unanswered(let needsSession): return needsSession ? "unanswered in a session" : "unanswered"
        case .unsupported(let requested, _): return "unsupported \(requested)"
        }
    }

    private static let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
    private static let opening = #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"#
    private static let modern =
        #"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}"#

    @Test(
        arguments: [
            (Self.ping, nil, "call"), (Self.ping, "2025-06-18", "call"),
            (Self.ping, "1999-01-01", "unsupported 1999-01-01"), (Self.ping, "2026-07-28", "unsupported 2026-07-28"),
            (Self.opening, nil, "initialize"), (Self.opening, "2026-07-28", "initialize"),
            (Self.opening, "nonsense", "initialize"), (Self.modern, nil, "unsupported 2026-07-28"),
            (#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#, nil, "unanswered"),
            (#"{"jsonrpc":"2.0","method":"notifications/cancelled"}"#, nil, "unanswered in a session"),
            (#"{"jsonrpc":"2.0","id":1,"result":{}}"#, nil, "unanswered in a session"),
            ("[\(Self.ping),\(Self.ping)]", nil, "batch of 2"),
        ] as [(String, String?, String)]
    )
    func messagesAreClassifiedByShape(text: String, version: String?, expected: String) throws {
        let kind = try self.kind(text, version: version)
        #expect(kind == expected)
    }

    @Test(arguments: [("2026-07-28", "call"), ("2025-03-26", "call"), ("1999-01-01", "unsupported 1999-01-01")])
    func aSessionRejectsOnlyUnknownRevisions(version: String, expected: String) throws {
        let kind = try self.kind(Self.ping, version: version, hasSession: true)
        #expect(kind == expected)
    }

    @Test(arguments: ["tools/list", "tools/call", "ping"])
    func someMethodsNeedNoSession(method: String) throws {
        let prepared = try prepare(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)"}"#)
        #expect(!prepared.needsSession)
    }

    @Test(arguments: ["resources/list", "logging/setLevel", ""])
    func otherMethodsNeedASession(method: String) throws {
        let prepared = try prepare(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)"}"#)
        #expect(prepared.needsSession)
        #expect(prepared.id == .integer(1))
    }

    @Test func theCostIsKnownBeforeAdmission() throws {
        let write = try call(#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"fail"}}"#)
        let unknown = try call(#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x"}}"#)
        #expect(write.tool == "fail")
        #expect(write.cost(for: ["notes:write"]) == CallCost(requests: 1, writes: 1))
        #expect(write.missingScope(in: ["notes:read"]) == "notes:write")
        #expect(write.cost(for: ["notes:read"]) == CallCost(requests: 1, writes: 0))
        #expect(unknown.tool == nil)
        #expect(unknown.cost(for: ["notes:write"]) == CallCost(requests: 1, writes: 0))
    }
}
