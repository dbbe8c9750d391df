import Redis
import TestSupport
import Testing

/// A Sentinel that missed a failover is first in the list.
@Suite(.serialized) struct StaleSentinelTests {
    /// What runs at the endpoint that the stale Sentinel names.
    enum Old: CaseIterable {
        /// Nothing listens there.
        case nothing
        /// A former master.
        case replica
        /// A server that accepts connections and never answers.
        case silence
    }

    /// A Sentinel without peers, with a quorum that it never reaches.
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
    func aStaleSentinelIsSkippedAndAskedLast(old: Old) async throws {
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
                    // A second one could be checking a master when the connections are closed, and so reject it.
                    $0.connections = 1
                } _: { client in
                    let port = try await client.send(["CONFIG", "GET", "port"])
                    #expect(port.elements?.last?.text == "\(master.port)")
                    // Not asked again, except by the subscription for failovers, which picks a random Sentinel.
                    let before = try await Self.connections(to: sentinel)
                    try await self.reconnect(client, to: master, in: redis)
                    let after = try await Self.connections(to: sentinel)
                    #expect(after - before <= 1)
                    let still = try await sentinel.send(answer)
                    #expect(still == named)
                }
            }
        }
    }

    /// Closes the client's connections ten times and waits each time until it has reconnected.
    private func reconnect(
        _ client: RedisClient,
        to master: LoopbackRedis.Server,
        in redis: LoopbackRedis
    ) async throws {
        try await redis.withClient(.standalone(master.endpoint)) {
            // `CLIENT KILL` skips the caller.
            $0.connections = 1
        } _: { other in
            for _ in 0..<10 {
                _ = try await other.send(["CLIENT", "KILL", "TYPE", "normal"])
                try await client.await("the client has reconnected") {
                    do throws(RedisError) {
                        return try await client.send(["PING"]).text == "PONG"
                    } catch {
                        return false
                    }
                }
            }
        }
    }

    private static func connections(to sentinel: RedisClient) async throws -> Int {
        let text = try await sentinel.send(["INFO", "stats"]).text ?? ""
        let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("total_connections_received:") }
        return try #require(line.flatMap { Int($0.dropFirst(27)) })
    }

    @Test func aSubscriberConnectsToTheMaster() async throws {
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

    @Test func withoutAMasterTheErrorExplainsTheNamedServer() async throws {
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
