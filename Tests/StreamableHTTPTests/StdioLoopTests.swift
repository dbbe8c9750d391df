import Encodings
import MCPServer
import Synchronization
import Testing

struct StdioLoopTests {
    /// Runs the loop over these lines and returns its output.
    private func answers(to lines: [String], scopes: Set<String> = ["play:listen"]) async throws -> [JSONValue] {
        let loop = StdioLoop(try Band.dispatcher(), caller: Caller(subject: .init(player: "ada"), scopes: scopes))
        let input = AsyncStream { continuation in
            for line in lines { continuation.yield(Array(line.utf8)) }
            continuation.finish()
        }
        let written = Mutex<[UInt8]>([])
        try await loop.run(input) { bytes in written.withLock { $0 += bytes } }
        return try written.withLock { output in
            #expect(output.last == 0x0A)
            return try output.split(separator: 0x0A).map { try JSONParser.parse(Array($0)) }
        }
    }

    private static let opening =
        #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-03-26"}}"#

    @Test func toolsAreCalledLineByLine() async throws {
        let answers = try await self.answers(to: [
            Self.opening, #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#, "", "  \r",
            #"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#,
            #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"hum","arguments":{"note":"a\nb"}}}"#,
        ])
        #expect(answers.count == 3)
        #expect(answers[0]["result"]?["protocolVersion"] == "2025-03-26")
        #expect(answers[1]["result"]?["tools"]?.arrayValue?.map { $0["name"] } == ["hum"])
        #expect(answers[2]["result"]?["content"] == [["type": "text", "text": "ada: a\nb"]])
    }

    @Test func eachElementOfABatchHasItsResponse() async throws {
        let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
        let drum = #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"drum"}}"#
        let answers = try await self.answers(to: [Self.opening, "[\(ping),\(drum)]"])
        #expect(answers[1].arrayValue?.first?["result"] == [:])
        #expect(answers[1].arrayValue?.last?["error"]?["code"] == 403)
    }

    @Test func aBatchOfNotificationsWritesNothing() async throws {
        let notification = #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#
        let answers = try await self.answers(to: [Self.opening, "[\(notification)]"])
        #expect(answers.count == 1)
    }

    @Test(arguments: [
        ("{", -32700), ("[]", -32600), (#"{"jsonrpc":"2.0","id":1,"method":"resources/list"}"#, -32600),
        (#"{"jsonrpc":"2.0","id":1,"method":"initialize"}"#, -32602),
    ])
    func invalidLinesGetAnError(line: String, code: Int) async throws {
        let answers = try await self.answers(to: [line])
        #expect(answers.first?["error"]?["code"]?.intValue == code)
    }
}
