import Encodings
import MCPCore
import MCPServer
import Testing

struct BatchTests {
    private func batch(_ text: String) throws -> Batch<String> {
        guard case .batch(let batch) = try prepare(text) else { throw ToyTools.Broken() }
        return batch
    }

    private func run(_ text: String, scopes: Set<String>) async throws -> [JSONValue] {
        var run = try self.batch(text).run(as: Caller(subject: "alice", scopes: scopes), revision: .v2025_03_26)
        var body: [UInt8] = []
        while let part = await run.next() { body += part }
        return body.isEmpty ? [] : try JSONParser.parse(body).arrayValue ?? []
    }

    private static let mixed = #"""
        [{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"fail"}},
         {"jsonrpc":"2.0","id":2,"method":"ping"},
         {"jsonrpc":"2.0","method":"notifications/initialized"},
         {"jsonrpc":"1.0","id":3,"method":"ping"}]
        """#

    @Test func anElementWithoutItsScopeFailsAlone() async throws {
        let answers = try await self.run(Self.mixed, scopes: ["notes:read"])
        #expect(answers.count == 3)
        #expect(answers[0]["id"] == 1)
        #expect(answers[0]["error"]?["code"] == 403)
        #expect(answers[0]["error"]?["message"] == "The token lacks the scope notes:write.")
        #expect(answers[1]["result"] == [:])
        #expect(answers[2]["error"]?["code"] == -32600)
    }

    @Test func aRefusedWriteIsNotChargedAsAWrite() throws {
        let batch = try self.batch(Self.mixed)
        #expect(batch.cost(for: ["notes:read"]) == CallCost(requests: 2, writes: 0))
        #expect(batch.cost(for: ["notes:read", "notes:write"]) == CallCost(requests: 2, writes: 1))
    }

    @Test func aBatchOfNotificationsIsNotAnswered() async throws {
        let answers = try await self.run(#"[{"jsonrpc":"2.0","method":"notifications/initialized"}]"#, scopes: [])
        #expect(answers.isEmpty)
    }

    @Test func initializeInABatchIsRefused() async throws {
        let text = #"[{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-03-26"}}]"#
        let answers = try await self.run(text, scopes: [])
        let batch = try self.batch(text)
        #expect(batch.needsSession)
        #expect(answers.first?["error"]?["code"] == -32600)
    }

    @Test func aBatchHasAtMostFiftyMessages() throws {
        let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
        let fifty = try self.batch("[\(Array(repeating: ping, count: 50).joined(separator: ","))]")
        #expect(fifty.cost(for: []) == CallCost(requests: 50))
        #expect(throws: JSONRPCError.self) {
            try self.batch("[\(Array(repeating: ping, count: 51).joined(separator: ","))]")
        }
    }
}
