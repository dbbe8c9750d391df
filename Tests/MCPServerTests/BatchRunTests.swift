import Encodings
import MCPCore
import MCPServer
import Synchronization
import Testing

struct BatchRunTests {
    /// The calls that were answered, as "id outcome".
    private final class Log: Sendable {
        private let state = Mutex<[String]>([])

        var lines: [String] { self.state.withLock { $0 } }

        func add(_ reply: Reply, _ call: Call<String>) {
            guard case .integer(let id) = call.request.id else { return }
            self.state.withLock { $0.append("\(id) \(reply.outcome.rawValue)") }
        }
    }

    private func echo(_ id: Int) -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"echo","arguments":{"text":"hi"}}}"#
    }

    private func write(_ id: Int) -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"fail"}}"#
    }

    private func run(_ elements: [String], budget: Int = 1 << 20, _ log: Log) throws -> BatchRun<String> {
        guard case .batch(let batch) = try prepare("[\(elements.joined(separator: ","))]") else {
            throw ToyTools.Broken()
        }
        let caller = Caller(subject: "alice", scopes: ["notes:read", "notes:write"])
        return batch.run(as: caller, revision: .v2025_03_26, budget: budget) { log.add($0, $1) }
    }

    @Test func anElementRunsOnceThoseBeforeItAreTaken() async throws {
        let log = Log()
        var run = try self.run([self.echo(1), self.echo(2)], log)
        let first = await run.next()
        #expect(log.lines == ["1 success"])
        let second = await run.next()
        #expect(log.lines == ["1 success", "2 success"])
        let end = await run.next()
        let after = await run.next()
        #expect(first?.first == UInt8(ascii: "["))
        #expect(second?.first == UInt8(ascii: ","))
        #expect(end == [UInt8(ascii: "]")])
        #expect(after == nil)
    }

    @Test func elementsBehindAFullAnswerAreNotCarriedOut() async throws {
        let log = Log()
        var run = try self.run([self.echo(1), self.echo(2), self.write(3), "7"], budget: 120, log)
        var body: [UInt8] = []
        while let part = await run.next() { body += part }
        let answers = try #require(try JSONParser.parse(body).arrayValue)
        #expect(answers.map { $0["id"] } == [1, 2, 3, nil])
        #expect(answers[0]["result"]?["isError"] == false)
        for answer in answers[1...2] {
            #expect(answer["error"]?["code"] == 413)
            #expect(answer["error"]?["message"]?.stringValue?.contains("again by itself") == true)
        }
        #expect(answers[3]["error"]?["code"] == -32600)
        #expect(log.lines == ["1 success", "2 protocol_error", "3 protocol_error"])
    }

    @Test func onlyWritesAreFinishedForAClientThatHasGone() async throws {
        let log = Log()
        var run = try self.run([self.echo(1), self.echo(2), self.write(3), self.echo(4), self.write(5)], log)
        _ = await run.next()
        await run.finishWrites()
        #expect(log.lines == ["1 success", "3 tool_error", "5 tool_error"])
    }
}
