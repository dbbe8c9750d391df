import Encodings
import HTTPTypes
import HummingbirdTesting
import MCPServer
import NIOCore
import Testing

/// The answer to a batch has a bound.
struct BatchAnswerTests {
    /// Bytes of the response to one call of `roar`, at most.
    private static let roar = 601_000

    private static func calls(_ tools: [String]) -> String {
        let calls = tools.enumerated().map { id, tool in
            #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"\#(tool)"}}"#
        }
        return "[\(calls.joined(separator: ","))]"
    }

    @Test func aHostileBatchStaysWithinItsBudget() async throws {
        let gate = OpenGate()
        try await Band.serve(gate) { client in
            let body = Self.calls(Array(repeating: "roar", count: 25))
            let response = try await client.post(body)
            let answers = try #require(try response.json().arrayValue)
            #expect(response.status == .ok)
            #expect(response.headers[.contentType] == "application/json")
            #expect(response.body.readableBytes < Batch<String>.answerBytes + Self.roar + 25 * 300)
            #expect(answers.map { $0["id"]?.intValue } == Array(0..<25))
            #expect(answers.map { $0["error"]?["code"]?.intValue } == [nil, nil] + Array(repeating: 413, count: 23))
            #expect(gate.records.last == "streamed \(response.body.readableBytes)")
        }
        #expect(gate.records.filter { $0 == "roar success" }.count == 2)
        #expect(gate.records.filter { $0.hasPrefix("admit") } == ["admit 25 0"])
    }

    @Test func aShortAnswerHasALengthAndALongOneHasNone() async throws {
        let gate = OpenGate()
        try await Band.serve(gate) { client in
            let short = try await client.post(Self.calls(["hum", "drum"]))
            let long = try await client.post(Self.calls(["hum", "roar", "drum"]))
            let json = try long.json()
            #expect(short.headers[.contentLength] == "\(short.body.readableBytes)")
            #expect(long.headers[.contentLength] == nil)
            #expect(json.arrayValue?.map { $0["id"] } == [0, 1, 2])
            #expect(json.arrayValue?.last?["result"]?["content"] == [["type": "text", "text": "ada: la"]])
        }
        #expect(gate.records.filter { $0.hasPrefix("streamed") }.count == 1)
    }
}
