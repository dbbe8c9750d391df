import Redis
import TestSupport
import Testing

/// Six nodes, three of them replicas: keys over all slots, moved slots and a killed master, under traffic.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ClusterTests {
    @Test func commandsAreRoutedByKey() async throws {
        try await withCluster { redis, servers, client in
            let keys = (0..<300).map { "key:\($0)" }
            for key in keys { _ = try await client.send(["SET", key, key]) }
            let replies = try await client.pipeline(keys.map { ["GET", $0] })
            let texts = try replies.map { try $0.get().text }
            #expect(texts == keys)
            let script = RedisScript(Array("return redis.call('GET', KEYS[1])".utf8))
            for key in keys.prefix(50) {
                let value = try await client.evaluate(script, keys: [key], arguments: [])
                #expect(value.text == key)
            }
            let found = try await client.keys(matching: "key:*")
            #expect(Set(found) == Set(keys))
            // Every master owns some of the keys.
            var masters = 0
            for server in servers {
                masters += try await redis.withClient(.standalone(server.endpoint)) { node in
                    guard try await node.send(["ROLE"]).elements?.first?.text == "master" else { return 0 }
                    let size = try await node.send(["DBSIZE"])
                    #expect(size.integerValue ?? 0 > 50)
                    return 1
                }
            }
            #expect(masters == 3)
        }
    }

    @Test func slotsMoveUnderTraffic() async throws {
        try await withCluster { redis, servers, client in
            var ids: [String] = []
            for server in servers.prefix(2) {
                ids.append(
                    try await redis.withClient(.standalone(server.endpoint)) { node in
                        try await node.send(["CLUSTER", "MYID"]).text ?? ""
                    }
                )
            }
            let (first, second) = (ids[0], ids[1])
            let traffic = try await Traffic.run(client, requests: 4000, over: .seconds(6)) { _ in
                let status = try redis.run([
                    "redis-cli", "--cluster", "reshard", "127.0.0.1:\(servers[0].port)", "--cluster-from", first,
                    "--cluster-to", second, "--cluster-slots", "2000", "--cluster-yes",
                ])
                #expect(status == 0)
            }
            print("Cluster, 2,000 slots moved: \(traffic)")
            traffic.expectRecovery()
            #expect(traffic.failed.isEmpty)
            // No command was lost or ran twice.
            let executed = try await traffic.executed(client)
            #expect(executed == traffic.answered)
        }
    }

    @Test func shardedChannelsFollowTheirSlots() async throws {
        try await withCluster { redis, servers, client in
            try await Subscribed.withSubscriber(client) { subscriber in
                let channels = (0..<20).map { "channel:\($0)" }
                let listeners = channels.map { Listener(subscriber.messages(on: $0)) }
                for listener in listeners { try await listener.awaitListening(1) }
                for channel in channels { try await subscriber.publish("one \(channel)", on: channel) }
                for (channel, listener) in zip(channels, listeners) {
                    try await listener.awaitMessage("one \(channel)")
                }
                // The master of some channels dies: they are subscribed at its replica, and all listeners are notified.
                servers[1].kill()
                var moved = 0
                for (channel, listener) in zip(channels, listeners) {
                    try await client.await("\(channel) is heard again") {
                        do throws(RedisError) {
                            try await subscriber.publish("two \(channel)", on: channel)
                        } catch {
                            return false
                        }
                        return try await listener.hasMessage("two \(channel)", within: .milliseconds(100))
                    }
                    if listener.timesListening > 1 { moved += 1 }
                }
                #expect(moved > 0)
            }
        }
    }

    @Test func aKilledMasterIsReplaced() async throws {
        try await withCluster { redis, servers, client in
            let traffic = try await Traffic.run(client, requests: 4000, over: .seconds(10)) { _ in
                servers[1].kill()
            }
            print("Cluster, master killed: \(traffic)")
            traffic.expectRecovery()
            // A replica may lack the last writes of its master; no command ran twice.
            let executed = try await traffic.executed(client)
            #expect(executed <= traffic.answered + traffic.unknown)
            // All slots are served again.
            for number in 0..<200 {
                let reply = try await client.send(["SET", "after:\(number)", "x"])
                #expect(reply == .status("OK"))
            }
        }
    }
}
