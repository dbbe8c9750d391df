import Foundation
import Redis
import TestSupport
import Testing

/// A running master hands over to a replica, as for maintenance: no command is lost or run twice.
@Suite(.serialized, .timeLimit(.minutes(5))) struct HandoverTests {
    @Test func aFailoverToAReplicaIsFollowed() async throws {
        try await withLoopbackRedis { redis in
            // One address always leads to the current master, as a DNS name or virtual IP does.
            let (address, sockets) = ("\(redis.folder)/main", ["\(redis.folder)/a", "\(redis.folder)/b"])
            let master = try redis.start(["--unixsocket", sockets[0], "--repl-diskless-sync-delay", "0"])
            let replica = try redis.start(["--unixsocket", sockets[1], "--replicaof", "127.0.0.1", "\(master.port)"])
            try await redis.withClient(.standalone(master.endpoint)) { old in
                try await old.await("the replica is in step") {
                    try await old.send(["INFO", "replication"]).text?.contains("state=online") == true
                }
                try Self.point(address, at: sockets[0])
                try await redis.withClient(.standalone(.unix(path: address))) {
                    $0.waitTimeout = .seconds(1)
                    $0.commandTimeout = .seconds(2)
                } _: { client in
                    let generation = client.generation
                    let traffic = try await Traffic.run(client, requests: 4000, over: .seconds(6)) { seen in
                        _ = try await old.send(["FAILOVER"])
                        try await old.await("the master has handed over") {
                            try await old.send(["ROLE"]).elements?.first?.text == "slave"
                        }
                        try await seen.await("writes are refused: READONLY") {
                            $0.failed[RedisError.Code.unavailable.rawValue] ?? 0 > 0
                        }
                        try Self.point(address, at: sockets[1])
                    }
                    let executed = try await traffic.executed(client)
                    print("FAILOVER: \(traffic), \(executed) executed")
                    traffic.expectRecovery()
                    #expect(traffic.failed[RedisError.Code.unavailable.rawValue] ?? 0 > 0)
                    // Both were running, and the master waited for its replica to catch up.
                    #expect(traffic.answered <= executed && executed <= traffic.answered + traffic.unknown)
                    let port = try await client.send(["CONFIG", "GET", "port"])
                    #expect(port.elements?.last?.text == "\(replica.port)")
                    #expect(client.generation > generation)
                }
            }
        }
    }

    private static func point(_ address: String, at socket: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(address).new", withDestinationPath: socket)
        guard rename("\(address).new", address) == 0 else { throw RedisError(.unavailable, "The link was not moved.") }
    }

    @Test func aClusterFailoverFailsNoCommand() async throws {
        try await withCluster { redis, servers, client in
            var replica: LoopbackRedis.Server?
            for server in servers {
                let role = try await redis.withClient(.standalone(server.endpoint)) { try await $0.send(["ROLE"]) }
                if role.elements?.first?.text == "slave" { replica = server }
            }
            let next = try #require(replica)
            try await redis.withClient(.standalone(next.endpoint)) { node in
                try await node.await("the replica is in step") {
                    try await node.send(["INFO", "replication"]).text?.contains("master_link_status:up") == true
                }
                let traffic = try await Traffic.run(client, requests: 4000, over: .seconds(4)) { _ in
                    _ = try await node.send(["CLUSTER", "FAILOVER"])
                    try await node.await("the replica has taken over") {
                        try await node.send(["ROLE"]).elements?.first?.text == "master"
                    }
                }
                let executed = try await traffic.executed(client)
                print("CLUSTER FAILOVER: \(traffic), \(executed) executed")
                traffic.expectRecovery()
                #expect(traffic.failed.isEmpty)
                #expect(executed == traffic.answered)
            }
        }
    }
}
