import Redis
import TestSupport
import Testing

/// Lends a Cluster of three masters and three replicas, and a client.
func withCluster(
    _ body: @Sendable (LoopbackRedis, [LoopbackRedis.Server], RedisClient) async throws -> Void
) async throws {
    try await withLoopbackRedis { redis in
        let servers = try (0..<6).map { _ in
            try redis.start([
                "--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--repl-diskless-sync-delay", "0",
            ])
        }
        for server in servers {
            try await redis.withClient(.standalone(server.endpoint)) { _ = try await $0.send(["PING"]) }
        }
        let addresses = servers.map { "127.0.0.1:\($0.port)" }
        let status = try redis.run(
            ["redis-cli", "--cluster", "create"] + addresses + ["--cluster-replicas", "1", "--cluster-yes"]
        )
        #expect(status == 0)
        try await redis.withClient(.cluster([servers[0].endpoint])) {
            $0.waitTimeout = .seconds(1)
            $0.commandTimeout = .seconds(2)
        } _: { client in
            for server in servers {
                try await redis.withClient(.standalone(server.endpoint)) { node in
                    try await node.await("the Cluster is whole") {
                        try await node.send(["CLUSTER", "INFO"]).text?.contains("cluster_state:ok") == true
                    }
                }
            }
            try await client.await("all masters are connected") { client.isConnected }
            try await body(redis, servers, client)
        }
    }
}
