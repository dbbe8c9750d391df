import Redis
import Synchronization
import TestSupport
import Testing

/// A master, two replicas and three Sentinels, failed over under traffic.
@Suite(.serialized, .timeLimit(.minutes(5))) struct SentinelTests {
    private struct Trio {
        let master: LoopbackRedis.Server
        let replicas: [LoopbackRedis.Server]
        let sentinels: [LoopbackRedis.Server]

        var topology: RedisTopology { .sentinel(self.sentinels.map(\.endpoint), master: "main") }
    }

    private func withTrio(_ body: @Sendable (LoopbackRedis, Trio) async throws -> Void) async throws {
        try await withLoopbackRedis { redis in
            let master = try redis.start([])
            let replicas = try (0..<2).map { _ in
                try redis.start(["--replicaof", "127.0.0.1", "\(master.port)", "--repl-diskless-sync-delay", "0"])
            }
            let sentinels = try (0..<3).map { _ in
                try redis.startSentinel([
                    "sentinel monitor main 127.0.0.1 \(master.port) 2",
                    "sentinel down-after-milliseconds main 500", "sentinel failover-timeout main 3000",
                ])
            }
            let trio = Trio(master: master, replicas: replicas, sentinels: sentinels)
            for sentinel in sentinels {
                try await redis.withClient(.standalone(sentinel.endpoint)) { client in
                    try await client.await("the Sentinels know each other and the replicas") {
                        let text = try await client.send(["INFO", "sentinel"]).text ?? ""
                        return text.contains("status=ok") && text.contains("slaves=2,sentinels=3")
                    }
                }
            }
            try await body(redis, trio)
        }
    }

    @Test func trafficContinuesAfterTheMasterIsKilled() async throws {
        try await self.withTrio { redis, trio in
            try await redis.withClient(trio.topology) {
                $0.waitTimeout = .seconds(1)
                $0.commandTimeout = .seconds(2)
            } _: { client in
                let generation = client.generation
                let traffic = try await Traffic.run(client, requests: 4000, over: .seconds(8)) { _ in
                    trio.master.kill()
                }
                print("Sentinel, master killed: \(traffic)")
                traffic.expectRecovery()
                #expect(traffic.longestOutage < Traffic.patience)
                // A replica may lack the last writes of its master; no command ran twice.
                let executed = try await traffic.executed(client)
                #expect(executed <= traffic.answered + traffic.unknown)
                #expect(client.generation > generation)
                let role = try await client.send(["ROLE"])
                #expect(role.elements?.first?.text == "master")
            }
        }
    }

    @Test func trafficFollowsAFailoverOfARunningMaster() async throws {
        try await self.withTrio { redis, trio in
            try await redis.withClient(.standalone(trio.sentinels[0].endpoint)) { sentinel in
                // Sentinels query replicas every ten seconds; until then none is eligible.
                try await sentinel.await("the Sentinel knows its replicas") {
                    let replicas = try await sentinel.send(["SENTINEL", "REPLICAS", "main"]).elements ?? []
                    return replicas.count == 2
                        && replicas.allSatisfy { $0.elements?.contains(.bytes(Array("ok".utf8))) == true }
                }
                try await redis.withClient(trio.topology) {
                    $0.waitTimeout = .seconds(1)
                    $0.commandTimeout = .seconds(2)
                } _: { client in
                    let traffic = try await Traffic.run(client, requests: 4000, over: .seconds(8)) { _ in
                        let answer = try await sentinel.send(["SENTINEL", "FAILOVER", "main"])
                        #expect(answer == .status("OK"))
                    }
                    let executed = try await traffic.executed(client)
                    print("SENTINEL FAILOVER: \(traffic), \(executed) executed")
                    traffic.expectRecovery()
                    #expect(executed <= traffic.answered + traffic.unknown)
                    let port = try await client.send(["CONFIG", "GET", "port"])
                    #expect(port.elements?.last?.text != "\(trio.master.port)")
                }
            }
            try await redis.withClient(.standalone(trio.master.endpoint)) { old in
                try await old.await("the old master has become a replica") {
                    do throws(RedisError) {
                        return try await old.send(["ROLE"]).elements?.first?.text == "slave"
                    } catch {
                        // A server closes connections when its role changes.
                        return false
                    }
                }
            }
        }
    }

    @Test func oneReachableSentinelIsEnough() async throws {
        try await self.withTrio { redis, trio in
            trio.sentinels[0].kill()
            trio.sentinels[1].kill()
            try await redis.withClient(trio.topology) { client in
                let reply = try await client.send(["PING"])
                #expect(reply.text == "PONG")
            }
        }
    }

    @Test func anUnknownMasterNameIsReported() async throws {
        try await self.withTrio { redis, trio in
            let other = RedisTopology.sentinel(trio.sentinels.map(\.endpoint), master: "other")
            try await redis.withClient(other) {
                $0.waitTimeout = .milliseconds(300)
            } _: { client in
                do throws(RedisError) {
                    _ = try await client.send(["PING"])
                    Issue.record("answered")
                } catch {
                    #expect("\(error)".contains("knows no master 'other'"))
                }
            }
        }
    }
}
