import Redis
import TestSupport
import Testing

/// A Sentinel that has missed a fail-over for good stands first in the list.
@Suite(.serialized) struct StaleSentinelTests {
    /// What stands where the stale Sentinel believes the master to be.
    enum Old: CaseIterable {
        /// Nothing listens there.
        case nothing
        /// A server that answers, and is a replica by now.
        case replica
        /// Something that takes connections and never answers.
        case silence
    }

    /// A Sentinel that nobody tells anything, and that never has enough others to do something about what it sees.
    private func startStale(_ redis: LoopbackRedis, at old: Old) async throws -> LoopbackRedis.Server {
        let server = try redis.start(old == .replica ? ["--replicaof", "127.0.0.1", "1"] : [])
        try await redis.withClient(.standalone(server.endpoint)) { _ = try await $0.send(["PING"]) }
        switch old {
        case .nothing: server.kill()
        case .replica: break
        case .silence: server.freeze()
        }
        return try redis.startSentinel(["sentinel monitor main 127.0.0.1 \(server.port) 9"])
    }

    @Test(arguments: Old.allCases)
    func aSentinelThatNamesAnOldMasterIsPassedOverAndAskedLast(old: Old) async throws {
        try await withLoopbackRedis { redis in
            let master = try redis.start([])
            let stale = try await self.startStale(redis, at: old)
            let current = try redis.startSentinel(["sentinel monitor main 127.0.0.1 \(master.port) 9"])
            try await redis.withClient(.standalone(stale.endpoint)) {
                $0.connections = 1
            } _: { sentinel in
                let answer = ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", "main"]
                let named = try await sentinel.send(answer)
                #expect(named.elements?.last?.text != "\(master.port)")
                try await redis.withClient(.sentinel([stale.endpoint, current.endpoint], master: "main")) {
                    $0.waitTimeout = .seconds(5)
                    $0.commandTimeout = .seconds(2)
                    $0.clientName = "of-the-test"
                } _: { client in
                    let port = try await client.send(["CONFIG", "GET", "port"])
                    #expect(port.elements?.last?.text == "\(master.port)")
                    // It is not asked again, but for the one that listens for fail-overs, which may choose it.
                    try await sentinel.await("both connections are up") {
                        let clients = try await client.send(["CLIENT", "LIST"]).text ?? ""
                        return clients.split(separator: "\n").count { $0.contains(" name=of-the-test ") } == 2
                    }
                    let before = try await Self.connections(to: sentinel)
                    try await redis.withClient(.standalone(master.endpoint)) {
                        // `CLIENT KILL` spares the one that says it.
                        $0.connections = 1
                    } _: { other in
                        for _ in 0..<10 {
                            _ = try await other.send(["CLIENT", "KILL", "TYPE", "normal"])
                            try await client.await("the client is back") {
                                do throws(RedisError) {
                                    return try await client.send(["PING"]).text == "PONG"
                                } catch {
                                    return false
                                }
                            }
                        }
                    }
                    let after = try await Self.connections(to: sentinel)
                    #expect(after - before <= 1)
                    let still = try await sentinel.send(answer)
                    #expect(still == named)
                }
            }
        }
    }

    private static func connections(to sentinel: RedisClient) async throws -> Int {
        let text = try await sentinel.send(["INFO", "stats"]).text ?? ""
        let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("total_connections_received:") }
        return try #require(line.flatMap { Int($0.dropFirst(27)) })
    }

    @Test func aSubscriberListensAtTheMasterToo() async throws {
        try await withLoopbackRedis { redis in
            let master = try redis.start([])
            let stale = try await self.startStale(redis, at: .replica)
            let current = try redis.startSentinel(["sentinel monitor main 127.0.0.1 \(master.port) 9"])
            try await redis.withClient(.sentinel([stale.endpoint, current.endpoint], master: "main")) { client in
                try await Subscribed.withSubscriber(client) { subscriber in
                    let listener = Listener(subscriber.messages(on: "a"))
                    try await listener.awaitListening(1)
                    try await redis.withClient(.standalone(master.endpoint)) {
                        _ = try await $0.send(["PUBLISH", "a", "x"])
                    }
                    try await listener.awaitMessage("x")
                }
            }
        }
    }

    @Test func whenNoSentinelKnowsAMasterTheErrorSaysWhatIsWrongWithTheOneTheyName() async throws {
        try await withLoopbackRedis { redis in
            let stale = try await self.startStale(redis, at: .replica)
            try await redis.withClient(.sentinel([stale.endpoint], master: "main")) {
                $0.waitTimeout = .seconds(1)
            } _: { client in
                do throws(RedisError) {
                    _ = try await client.send(["PING"])
                    Issue.record("answered")
                } catch {
                    #expect(error.code == .unavailable)
                    #expect("\(error)".contains("not the master"))
                }
            }
        }
    }
}
