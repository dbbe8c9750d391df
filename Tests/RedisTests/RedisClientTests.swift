import Redis
import TestSupport
import Testing

@Suite(.serialized) struct RedisClientTests {
    @Test func everyReplyTypeIsParsed() async throws {
        try await withRedis { redis in
            let status = try await redis.send(["SET", "a", "1"])
            let bytes = try await redis.send(["GET", "a"])
            let nothing = try await redis.send(["GET", "b"])
            let number = try await redis.send(["INCR", "a"])
            let nested = try await redis.send(["EVAL", "return {1, {'x', {2}, {}}, false, 'y'}", "0"])
            #expect(status == .status("OK"))
            #expect(bytes.text == "1")
            #expect(nothing == .null)
            #expect(number == .integer(2))
            #expect(
                nested
                    == .array([
                        .integer(1), .array([.bytes([120]), .array([.integer(2)]), .array([])]), .null, .bytes([121]),
                    ])
            )
        }
    }

    @Test(arguments: ["", "\u{0}\r\n", "語\u{1F600}", String(repeating: "x", count: 1 << 20)])
    func everyTextIsReturnedUnchanged(text: String) async throws {
        try await withRedis { redis in
            _ = try await redis.send(["SET", text, text])
            let read = try await redis.send(["GET", text])
            #expect(read.text == text)
        }
    }

    @Test func anErrorReplyIsThrownWithItsFirstWord() async throws {
        try await withRedis { redis in
            _ = try await redis.send(["SET", "a", "x"])
            do {
                _ = try await redis.send(["LPUSH", "a", "y"])
                Issue.record("no error")
            } catch let error as RedisError {
                #expect(error.code == .serverError)
                #expect(error.word == "WRONGTYPE")
                #expect(!error.isRetriable)
            }
        }
    }

    @Test func manyTasksGetTheirOwnReplies() async throws {
        try await withRedis { redis in
            let wrong = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<10_000 {
                    group.addTask { try await redis.send(["ECHO", "\(number)"]).text != "\(number)" }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(wrong == 0)
        }
    }

    @Test func aPipelineKeepsItsOrder() async throws {
        try await withRedis { redis in
            let replies = try await redis.pipeline([
                ["SET", "n", "1"], ["INCR", "n"], ["LPUSH", "n", "x"], ["INCR", "n"], ["GET", "n"],
            ])
            let last = try replies[4].get()
            #expect(replies.count == 5)
            #expect(last.text == "3")
            guard case .failure(let error) = replies[2] else {
                Issue.record("no error")
                return
            }
            #expect(error.word == "WRONGTYPE")
            let none = try await redis.pipeline([])
            #expect(none.isEmpty)
        }
    }

    @Test func aScriptRunsAfterScriptFlush() async throws {
        try await withRedis { redis in
            let script = RedisScript(Array("return {KEYS[1], ARGV[1]}".utf8))
            let first = try await redis.evaluate(script, keys: ["k"], arguments: ["a"])
            _ = try await redis.send(["SCRIPT", "FLUSH"])
            let second = try await redis.evaluate(script, keys: ["k"], arguments: ["a"])
            let third = try await redis.evaluate(script, keys: ["k"], arguments: ["a"])
            #expect(first.elements?.compactMap(\.text) == ["k", "a"])
            #expect(second == first)
            #expect(third == first)
        }
    }

    @Test func aConnectionAuthenticatesAndSelectsItsDatabase() async throws {
        try await withRedisServer(password: "p@ss word") { server in
            try await server.withClient {
                $0.database = 3
                $0.clientName = "carrel-test"
            } _: { redis in
                let info = try await redis.send(["CLIENT", "INFO"])
                #expect(info.text?.contains("name=carrel-test") == true)
                #expect(info.text?.contains("db=3") == true)
            }
        }
    }

    @Test func aWrongPasswordIsReported() async throws {
        try await withRedisServer(password: "right") { server in
            try await server.withClient {
                $0.password = "wrong"
                $0.waitTimeout = .milliseconds(200)
            } _: { redis in
                do {
                    _ = try await redis.send(["PING"])
                    Issue.record("no error")
                } catch let error as RedisError {
                    #expect(error.code == .unavailable)
                    #expect("\(error)".contains("WRONGPASS"))
                    #expect(!"\(error)".contains("wrong "))
                }
            }
        }
    }

    @Test func withoutRedisACommandFailsAfterTheWaitTimeout() async throws {
        try await withRedisServer { server in
            server.kill()
            try await server.withClient {
                $0.waitTimeout = .milliseconds(200)
            } _: { redis in
                let time = await ContinuousClock().measure {
                    await #expect(throws: RedisError.self) { try await redis.send(["PING"]) }
                }
                #expect(time < .seconds(30))
                #expect(!redis.isConnected)
            }
        }
    }
}
