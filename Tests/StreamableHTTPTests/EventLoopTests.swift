import Encodings
import Hummingbird
import HummingbirdTesting
import MCPCore
import MCPServer
import NIOCore
import Testing

@testable import HTTPServer

/// Requests run on the event loop of their connection, unless they take as long as their bodies and answers are.
struct EventLoopTests {
    private static let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#

    /// Posts a body from an event loop.
    ///
    /// - Returns: the steps of the request, and those of them that ran on the loop.
    private static func post(_ body: String) async throws -> (all: [String], onLoop: [String]) {
        let loop = EventLoopGroupProvider.singleton.eventLoopGroup.any()
        let gate = OpenGate(watching: loop)
        try await Band.serve(gate, maxBodyBytes: 1 << 20) { client in
            try await withTaskExecutorPreference(EventLoopExecutor(loop)) { _ = try await client.post(body) }
        }
        return (gate.records, gate.recordsOnLoop)
    }

    private static func padded(_ message: String, to bytes: Int) -> String {
        message + String(repeating: " ", count: bytes - message.utf8.count)
    }

    /// How often a call of a tool comes to the executor that it is made on.
    private static func turns(_ tool: String) async throws -> Int {
        let params: JSONObject = ["name": .string(tool)]
        let call = try Band.dispatcher().call(JSONRPCRequest(id: .integer(1), method: "tools/call", params: params))
        let caller = Caller(subject: Band.Instrument(player: "ada"), scopes: ["play:listen", "play:loud"])
        let executor = CountingExecutor()
        await withTaskExecutorPreference(executor) { _ = await call.run(as: caller, revision: .v2025_03_26) }
        return executor.jobCount
    }

    @Test func aShortBodyIsAnsweredOnItsEventLoop() async throws {
        let steps = try await Self.post(Self.padded(Self.ping, to: 65_536))
        #expect(steps.all == ["admit 1 0", "ping success", "200", "ended"])
        #expect(steps.onLoop == steps.all)
    }

    @Test func aLongBodyIsParsedAndRunElsewhere() async throws {
        let steps = try await Self.post(Self.padded(Self.ping, to: 65_537))
        #expect(steps.all == ["check", "admit 1 0", "ping success", "200", "ended"])
        #expect(steps.onLoop == ["check", "ended"])
    }

    @Test func aLongBodyOfNoMessageIsParsedElsewhere() async throws {
        let steps = try await Self.post(Self.padded("[", to: 65_537))
        #expect(steps.all == ["check", "admit 1 0", "ended"])
        #expect(steps.onLoop == ["check", "ended"])
    }

    @Test func theRestOfALongAnswerIsMadeElsewhere() async throws {
        let call = #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"roar"}}"#
        let steps = try await Self.post("[\(call),\(call)]")
        #expect(steps.all.filter { $0 == "roar success" }.count == 2)
        #expect(steps.onLoop == ["admit 2 0", "roar success", "200", "ended"])
    }

    @Test func aLongAnswerIsEncodedElsewhere() async throws {
        let short = try await Self.turns("hum")
        let long = try await Self.turns("roar")
        #expect(long == short + 1)
    }
}
