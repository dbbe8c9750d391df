import Redis
import TestSupport
import Testing

@Suite(.serialized) struct StreamTests {
    @Test func entriesAreReadInOrderAndWaitedFor() async throws {
        try await withRedis { redis in
            let reader = RedisStreamReader(redis)
            let none = try await reader.entries(of: "s", after: "0", waiting: .milliseconds(20))
            #expect(none.isEmpty)
            for number in 0..<5 {
                _ = try await redis.send(["XADD", "s", "1-\(number + 1)", "n", "\(number)", "m", ""])
            }
            let first = try await reader.entries(of: "s", after: "0", count: 3, waiting: .seconds(60))
            #expect(first.map(\.id) == ["1-1", "1-2", "1-3"])
            #expect(first[2].fields.map(\.name) == ["n", "m"])
            #expect(first[2].fields[0].value == Array("2".utf8))
            async let later = reader.entries(of: "s", after: "1-5", waiting: .seconds(60))
            try await redis.await("the reader is blocked") {
                try await redis.send(["INFO", "clients"]).text?.contains("blocked_clients:1") == true
            }
            // A blocking read does not delay other commands.
            _ = try await redis.send(["XADD", "s", "2-0", "n", "x"])
            let waited = try await later
            #expect(waited.map(\.id) == ["2-0"])
        }
    }

    @Test func anInterruptionLosesNoEntry() async throws {
        try await withRedis { redis in
            let reader = RedisStreamReader(redis)
            _ = try await redis.send(["XADD", "s", "1-1", "n", "1"])
            let first = try await reader.entries(of: "s", after: "0", waiting: .seconds(60))
            #expect(first.count == 1)
            async let interrupted = Self.code { try await reader.entries(of: "s", after: "1-1", waiting: .seconds(60)) }
            try await redis.await("the reader is blocked") {
                try await redis.send(["INFO", "clients"]).text?.contains("blocked_clients:1") == true
            }
            _ = try await redis.pipeline([["CLIENT", "KILL", "TYPE", "normal"], ["XADD", "s", "1-2", "n", "2"]])
            let code = try await interrupted
            let next = try await reader.entries(of: "s", after: "1-1", waiting: .seconds(60))
            #expect(code == .connectionClosed)
            #expect(next.map(\.id) == ["1-2"])
        }
    }

    @Test func aKeyOfAnotherTypeIsAnError() async throws {
        try await withRedis { redis in
            _ = try await redis.send(["SET", "s", "x"])
            let reader = RedisStreamReader(redis)
            let code = try await Self.code { try await reader.entries(of: "s", after: "0", waiting: .seconds(1)) }
            #expect(code == .serverError)
        }
    }

    private static func code(_ call: () async throws -> [RedisStreamEntry]) async throws -> RedisError.Code? {
        do {
            _ = try await call()
            return nil
        } catch let error as RedisError {
            return error.code
        }
    }
}
