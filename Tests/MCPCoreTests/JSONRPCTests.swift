import Encodings
import MCPCore
import Testing

struct JSONRPCTests {
    private func decode(_ text: String) throws -> JSONRPCPayload {
        try JSONRPCPayload.decode(JSONParser.parse(Array(text.utf8)))
    }

    @Test(arguments: [
        (
            #"{"jsonrpc":"2.0","id":1,"method":"m"}"#,
            JSONRPCMessage.request(JSONRPCRequest(id: .integer(1), method: "m"))
        ),
        (
            #"{"jsonrpc":"2.0","id":"x","method":"m","params":{"a":1},"extra":[]}"#,
            .request(JSONRPCRequest(id: .string("x"), method: "m", params: ["a": 1]))
        ),
        (
            #"{"jsonrpc":"2.0","id":2.0,"method":"m","params":null}"#,
            .request(JSONRPCRequest(id: .integer(2), method: "m"))
        ), (#"{"jsonrpc":"2.0","id":1,"result":{}}"#, .response(id: .integer(1))),
        (#"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"x"}}"#, .response(id: .integer(1))),
    ])
    func messagesAreDecoded(text: String, expected: JSONRPCMessage) throws {
        guard case .single(let message) = try self.decode(text) else {
            Issue.record("a batch")
            return
        }
        #expect(message == expected)
    }

    @Test(arguments: [
        "1", #""x""#, "null", "[]", "{}", #"{"id":1,"method":"m"}"#, #"{"jsonrpc":"1.0","id":1,"method":"m"}"#,
        #"{"jsonrpc":2.0,"id":1,"method":"m"}"#, #"{"jsonrpc":"2.0","id":null,"method":"m"}"#,
        #"{"jsonrpc":"2.0","id":1.5,"method":"m"}"#, #"{"jsonrpc":"2.0","id":{},"method":"m"}"#,
        #"{"jsonrpc":"2.0","id":1,"method":1}"#, #"{"jsonrpc":"2.0","id":1,"method":"m","params":[]}"#,
        #"{"jsonrpc":"2.0","id":1,"method":"m","params":"x"}"#, #"{"jsonrpc":"2.0","id":1}"#,
        #"{"jsonrpc":"2.0","result":{}}"#, #"{"jsonrpc":"2.0","id":1,"result":{},"error":{}}"#,
    ])
    func otherShapesAreInvalidRequests(text: String) throws {
        let value = try JSONParser.parse(Array(text.utf8))
        do {
            _ = try JSONRPCPayload.decode(value)
            Issue.record("taken")
        } catch {
            #expect(error.code == .invalidRequest)
        }
    }

    @Test func aBatchKeepsValidAndInvalidElements() throws {
        guard case .batch(let messages) = try self.decode(#"[{"jsonrpc":"2.0","id":1,"method":"m"},1,{"id":7}]"#) else {
            Issue.record("no batch")
            return
        }
        #expect(messages.count == 3)
        guard case .failure(let error) = messages[2] else {
            Issue.record("taken")
            return
        }
        #expect(error.id == .integer(7))
    }

    @Test func responsesAreEncoded() {
        let result = JSONRPCResponse.encode(id: .string("a\""), result: Array("[1]".utf8))
        let error = JSONRPCResponse.encode(JSONRPCError(code: .parseError, message: "Parse error", data: ["x": 1]))
        #expect(String(decoding: result, as: UTF8.self) == #"{"jsonrpc":"2.0","id":"a\"","result":[1]}"#)
        #expect(
            String(decoding: error, as: UTF8.self)
                == #"{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error","data":{"x":1}}}"#
        )
    }

    @Test(arguments: [
        ("2024-11-05", ProtocolRevision.v2024_11_05), ("2025-11-25", .v2025_11_25), ("2026-07-28", .v2025_11_25),
        ("", .v2025_11_25), ("2025-11-26", .v2025_11_25),
    ])
    func revisionsAreNegotiated(requested: String, agreed: ProtocolRevision) {
        #expect(ProtocolRevision.negotiate(requested) == agreed)
    }

    @Test func erasAreDistinguished() {
        #expect(ProtocolRevision.v2025_11_25.era == .legacy)
        #expect(ProtocolRevision.v2026_07_28.era == .modern)
        #expect(!ProtocolRevision(rawValue: "2025-01-01").isKnown)
        #expect(ProtocolRevision.allLegacy.filter(\.hasBatches) == [.v2025_03_26])
    }
}
