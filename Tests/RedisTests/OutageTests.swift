import Redis
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct OutageTests {
    /// Reached only by what hangs.
    private static let patience = Duration.seconds(30)

    @Test func killingRedisFailsCommandsInFlightOnly() async throws {
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
                // Only the task that killed the server has no code: no command was answered.
                #expect(outcomes[nil] == 1)
                #expect(outcomes.values.reduce(0, +) == 501)

                try await server.start()
                let time = try await ContinuousClock().measure { _ = try await redis.send(["PING"]) }
                #expect(time < Self.patience)
            }
        }
    }

    @Test func aHangingRedisTimesOut() async throws {
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

    @Test func aConnectionClosedByRedisIsReopened() async throws {
        try await withRedis { redis in
            for _ in 0..<20 {
                _ = try await redis.pipeline([["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "no"]])
                // A command on a closing connection fails, and a later one works.
                var outcome = await redis.pingOutcome()
                for _ in 0..<10 where outcome != nil { outcome = await redis.pingOutcome() }
                #expect(outcome == nil)
            }
        }
    }

    @Test func aCommandRunsAtMostOnceWhileConnectionsAreKilled() async throws {
        try await withRedisServer { server in
            try await server.withClient { redis in
                let traffic = try await Traffic.run(redis, requests: 4000, over: .seconds(2)) { seen in
                    for _ in 0..<30 {
                        try await server.withClient { _ = try await $0.send(["CLIENT", "KILL", "TYPE", "normal"]) }
                        let before = seen.value.answered
                        try await seen.await("more replies") { $0.answered >= before + 20 }
                    }
                }
                let executed = try await traffic.executed(redis)
                print("Connections killed: \(traffic), \(executed) executed")
                traffic.expectRecovery()
                #expect(traffic.answered <= executed)
                #expect(executed <= traffic.answered + traffic.unknown)
            }
        }
    }

    @Test func aHangingPeerIsDetectedOnAnIdleConnection() async throws {
        try await withRedisServer { server in
            try await server.withClient {
                $0.idleTimeout = .milliseconds(100)
                $0.commandTimeout = .milliseconds(200)
            } _: { redis in
                _ = try await redis.send(["PING"])
                server.freeze()
                try await redis.await("the connections are closed") { !redis.isConnected }
                server.thaw()
                let reply = try await redis.send(["PING"])
                #expect(reply.text == "PONG")
            }
        }
    }

    @Test func anIdleConnectionStaysOpen() async throws {
        try await withRedisServer { server in
            try await server.withClient {
                $0.idleTimeout = .milliseconds(50)
                $0.connections = 1
            } _: { redis in
                let before = try await redis.send(["CLIENT", "ID"])
                try await server.withClient { other in
                    // Another client pings; this one is not idle for long enough.
                    try await other.await("signs of life were asked for") {
                        let stats = try await other.send(["INFO", "commandstats"]).text ?? ""
                        let calls = stats.split(separator: "cmdstat_ping:calls=").last?.prefix { $0.isNumber }
                        return calls.flatMap { Int($0) } ?? 0 >= 10
                    }
                }
                let after = try await redis.send(["CLIENT", "ID"])
                #expect(before == after)
            }
        }
    }

    @Test func connectingTimesOut() async throws {
        // Nothing accepts connections here, and the kernel's backlog is limited.
        let server = try FullListener()
        try await withLoopbackRedis { redis in
            try await redis.withClient(.standalone(server.endpoint)) {
                $0.connectTimeout = .milliseconds(100)
                $0.waitTimeout = .milliseconds(500)
            } _: { client in
                let start = ContinuousClock.now
                do throws(RedisError) {
                    _ = try await client.send(["PING"])
                    Issue.record("answered")
                } catch {
                    #expect(error.code == .unavailable)
                    let text = "\(error)".lowercased().filter { $0 != " " }
                    #expect(text.contains("connecttimeout"))
                }
                #expect(start.duration(to: .now) < Self.patience)
            }
        }
        withExtendedLifetime(server) {}
    }

    @Test func aFullWaitQueueRefusesCommandsAtOnce() async throws {
        try await withRedisServer { server in
            server.kill()
            try await server.withClient {
                $0.maxPending = 5
                $0.connections = 2
                $0.waitTimeout = .seconds(2)
            } _: { redis in
                let codes = await withTaskGroup(of: RedisError.Code?.self) { group in
                    for _ in 0..<30 {
                        group.addTask { await redis.pingOutcome() }
                    }
                    return await group.reduce(into: [RedisError.Code?]()) { $0.append($1) }
                }
                // Refused commands fail first.
                let (first, last) = (codes.prefix(20), codes.suffix(10))
                #expect(first.allSatisfy { $0 == .tooManyPending })
                #expect(last.allSatisfy { $0 == .unavailable })
                // The wait queue is empty again.
                try await server.start()
                let reply = try await redis.send(["PING"])
                #expect(reply.text == "PONG")
            }
        }
    }

    @Test func tooManyPendingCommandsAreRefusedAtOnce() async throws {
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
