import MCPCore
import MCPServer
import Testing

struct InboundTests {
    private func kind(_ text: String, version: String? = nil, hasSession: Bool = false) throws -> String {
        let payload = try JSONRPCPayload.decode(try json(text))
        switch Inbound.classify(payload, version: version, hasSession: hasSession) {
        case .initialize: return "initialize"
        case .request: return "request"
        case .batch(let messages): return "batch of \(messages.count)"
        case .notification(let opensSession): return opensSession ? "opening" : "notification"
        case .response: return "response"
        case .unsupported(let requested, _): return "unsupported \(requested)"
        }
    }

    private static let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
    private static let opening = #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"#
    private static let modern =
        #"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}"#

    @Test(
        arguments: [
            (Self.ping, nil, "request"), (Self.ping, "2025-06-18", "request"),
            (Self.ping, "1999-01-01", "unsupported 1999-01-01"), (Self.ping, "2026-07-28", "unsupported 2026-07-28"),
            (Self.opening, nil, "initialize"), (Self.opening, "2026-07-28", "initialize"),
            (Self.opening, "nonsense", "initialize"), (Self.modern, nil, "unsupported 2026-07-28"),
            (#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#, nil, "opening"),
            (#"{"jsonrpc":"2.0","method":"notifications/cancelled"}"#, nil, "notification"),
            (#"{"jsonrpc":"2.0","id":1,"result":{}}"#, nil, "response"),
            ("[\(Self.ping),\(Self.ping)]", nil, "batch of 2"),
        ] as [(String, String?, String)]
    )
    func aMessageIsToldByItsShape(text: String, version: String?, expected: String) throws {
        let kind = try self.kind(text, version: version)
        #expect(kind == expected)
    }

    @Test(arguments: [("2026-07-28", "request"), ("2025-03-26", "request"), ("1999-01-01", "unsupported 1999-01-01")])
    func inASessionOnlyAnUnknownHeaderIsTurnedAway(version: String, expected: String) throws {
        let kind = try self.kind(Self.ping, version: version, hasSession: true)
        #expect(kind == expected)
    }
}
