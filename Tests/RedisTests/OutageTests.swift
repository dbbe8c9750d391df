import Redis
import TestSupport
import Testing

@Suite(.serialized) struct OutageTests {
    @Test func commandsInFlightFailWhenRedisIsKilledAndLaterOnesWork() async throws {
        try await withRedisServer { server in
            try await server.withClient { redis in
                _ = try await redis.send(["PING"])
                server.freeze()
                let outcomes = await withTaskGroup(of: RedisError.Code?.self) { group in
                    for _ in 0..<500 {
                        group.addTask { await redis.pingOutcome() }
                    }
                    group.addTask {
                        server.kill()
                        return nil
                    }
                    return await group.reduce(into: [RedisError.Code?: Int]()) { $0[$1, default: 0] += 1 }
                }
                // The one without a code is the task that killed the server: no command was answered.
                #expect(outcomes[nil] == 1)
                #expect(outcomes.values.reduce(0, +) == 501)

                let clock = ContinuousClock()
                try await server.start()
                let time = try await clock.measure { _ = try await redis.send(["PING"]) }
                #expect(time < .seconds(1))
            }
        }
    }

    @Test func aSilentRedisIsTimedOut() async throws {
        try await withRedisServer { server in
            try await server.withClient {
                $0.commandTimeout = .milliseconds(200)
                $0.connections = 1
            } _: { redis in
                _ = try await redis.send(["PING"])
                server.freeze()
                let outcome = await redis.pingOutcome()
                #expect(outcome == .timedOut)
                server.thaw()
                let reply = try await redis.send(["PING"])
                #expect(reply.text == "PONG")
            }
        }
    }

    @Test func aConnectionThatRedisEndsIsOpenedAgain() async throws {
        try await withRedis { redis in
            for _ in 0..<20 {
                _ = try await redis.pipeline([["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "no"]])
                // A command may still be on a connection that is ending: it fails, and a later one works.
                var outcome = await redis.pingOutcome()
                for _ in 0..<10 where outcome != nil { outcome = await redis.pingOutcome() }
                #expect(outcome == nil)
            }
        }
    }

    @Test func tooManyWaitingCommandsAreRefusedAtOnce() async throws {
        try await withRedisServer { server in
            try await server.withClient {
                $0.maxPending = 10
                $0.connections = 1
                $0.commandTimeout = .milliseconds(500)
            } _: { redis in
                _ = try await redis.send(["PING"])
                server.freeze()
                let codes = await withTaskGroup(of: RedisError.Code?.self) { group in
                    for _ in 0..<30 {
                        group.addTask { await redis.pingOutcome() }
                    }
                    return await group.reduce(into: [RedisError.Code?: Int]()) { $0[$1, default: 0] += 1 }
                }
                server.thaw()
                #expect(codes[.tooManyPending] == 20)
                #expect(codes[nil] == nil)
            }
        }
    }
}
