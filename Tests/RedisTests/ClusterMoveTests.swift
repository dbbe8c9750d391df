import NIOCore
import TestSupport
import Testing

@testable import Redis

/// A slot migration from one master to another, step by step.
@Suite(.serialized) struct ClusterMoveTests {
    private struct Move {
        let slot: String
        let source: LoopbackRedis.Server
        let target: LoopbackRedis.Server
        let sourceID: String
        let targetID: String
    }

    /// Lends a Cluster in which a key's slot is migrating, with keys still on the source.
    private func withMove(
        of key: String,
        leaving keys: [String] = [],
        _ body: @Sendable (LoopbackRedis, RedisClient, Move) async throws -> Void
    ) async throws {
        try await withCluster { redis, servers, client in
            let owner = try await client.route.server(of: key)
            let owners = servers.filter { $0.endpoint == owner }
            let source = try #require(owners.first)
            var masters: [LoopbackRedis.Server] = []
            for server in servers where server !== source {
                let role = try await Self.ask(redis, server, ["ROLE"])
                if role.elements?.first?.text == "master" { masters.append(server) }
            }
            let target = try #require(masters.first)
            try await client.await("the source has its replica") {
                let text = try await Self.ask(redis, source, ["INFO", "replication"]).text ?? ""
                return text.contains("connected_slaves:1")
            }
            for key in keys { _ = try await client.send(["SET", key, "of \(key)"]) }
            let sourceID = try await Self.ask(redis, source, ["CLUSTER", "MYID"]).text ?? ""
            let targetID = try await Self.ask(redis, target, ["CLUSTER", "MYID"]).text ?? ""
            let slot = String(HashSlot.of(key))
            _ = try await Self.ask(redis, target, ["CLUSTER", "SETSLOT", slot, "IMPORTING", sourceID])
            _ = try await Self.ask(redis, source, ["CLUSTER", "SETSLOT", slot, "MIGRATING", targetID])
            let move = Move(slot: slot, source: source, target: target, sourceID: sourceID, targetID: targetID)
            try await body(redis, client, move)
        }
    }

    /// Sends a command to one node, regardless of slots.
    private static func ask(
        _ redis: LoopbackRedis,
        _ server: LoopbackRedis.Server,
        _ command: [String]
    ) async throws -> RedisValue {
        try await redis.withClient(.standalone(server.endpoint)) { try await $0.send(command) }
    }

    private static func count(_ redis: LoopbackRedis, _ server: LoopbackRedis.Server, _ slot: String) async throws
        -> Int64?
    {
        try await Self.ask(redis, server, ["CLUSTER", "COUNTKEYSINSLOT", slot]).integerValue
    }

    @Test func newKeysOfAMigratingSlotAreReadAtItsTarget() async throws {
        try await self.withMove(of: "{moving}") { redis, client, move in
            let script = RedisScript(Array("return redis.call('INCRBY', KEYS[1], ARGV[1])".utf8))
            let set = try await client.send(["SET", "{moving}a", "1"])
            let got = try await client.send(["GET", "{moving}a"])
            let added = try await client.evaluate(script, keys: ["{moving}a"], arguments: ["5"])
            let replies = try await client.pipeline([["INCR", "{moving}a"], ["INCR", "{moving}b"]])
            let numbers = try replies.map { try $0.get() }
            // Contiguous: commands without a key run too.
            try await client.evaluate(script, key: "{moving}c", arguments: ["2"], waitingForReplica: .seconds(1))
            let waited = try await client.send(["GET", "{moving}c"])
            let here = try await Self.count(redis, move.source, move.slot)
            let there = try await Self.count(redis, move.target, move.slot)
            #expect(set == .status("OK"))
            #expect(got.text == "1")
            #expect(added == .integer(6))
            #expect(numbers == [.integer(7), .integer(1)])
            // It ran on both nodes, as documented.
            #expect(waited.text == "4")
            #expect(here == 0)
            #expect(there == 3)
        }
    }

    @Test func aScriptIsRetriedWhileItsKeysAreSplit() async throws {
        let script = RedisScript(Array("return {redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2])}".utf8))
        let keys = ["{moving}a", "{moving}b"]
        try await self.withMove(of: keys[0], leaving: keys) { redis, client, move in
            let carry = { @Sendable (key: String) in
                ["MIGRATE", "127.0.0.1", String(move.target.port), key, "0", "1000"]
            }
            _ = try await Self.ask(redis, move.source, carry(keys[0]))
            // Retries until the wait timeout, and then reports the last error.
            do throws(RedisError) {
                _ = try await client.evaluate(script, keys: keys, arguments: [])
                Issue.record("answered")
            } catch {
                #expect(error.code == .unavailable)
                #expect(error.word == "TRYAGAIN")
            }
            async let waiting = client.evaluate(script, keys: keys, arguments: [])
            _ = try await Self.ask(redis, move.source, carry(keys[1]))
            let values = try await waiting
            #expect(values.elements?.compactMap(\.text) == keys.map { "of \($0)" })
            for server in [move.target, move.source] {
                _ = try await Self.ask(redis, server, ["CLUSTER", "SETSLOT", move.slot, "NODE", move.targetID])
            }
            let moved = try await client.evaluate(script, keys: keys, arguments: [])
            #expect(moved == values)
        }
    }

    @Test func contiguousCommandsFollowAMovedSlot() async throws {
        try await self.withMove(of: "{moving}") { redis, client, move in
            for server in [move.target, move.source] {
                _ = try await Self.ask(redis, server, ["CLUSTER", "SETSLOT", move.slot, "NODE", move.targetID])
            }
            // The client has an outdated slot map.
            var commands = ByteBuffer()
            try CommandEncoder.encode(["SET", "{moving}a", "1"], into: &commands)
            try CommandEncoder.encode(["GET", "{moving}a"], into: &commands)
            let deadline = NIODeadline.now() + .seconds(1)
            let outcomes = try await client.route.replies(to: commands, count: 2, key: "{moving}a", until: deadline)
            let values = try outcomes.map { try $0.get() }
            #expect(values == [.status("OK"), .bytes(Array("1".utf8))])
        }
    }
}
