import Identity
import Redis
import TestSupport
import Testing

@testable import SharedState

/// A revocation waits for a replica, so that a promoted one holds it.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ReplicaTests {
    /// A master with one replica.
    private struct Pair: Sendable {
        let backend: RedisBackend
        /// Another client of the master: commands on the backend's connection wait with its revocation.
        let master: RedisClient
        let server: LoopbackRedis.Server
        let replica: RedisClient

        /// How often `WAIT` has been called.
        func waits() async throws -> Int {
            try await self.master.calls(of: "wait")
        }
    }

    /// Lends a master whose replica is in step with it.
    ///
    /// - Parameter timeout: how long a revocation waits for the replica at most.
    private func withReplica(
        timeout: Duration,
        _ body: @Sendable (Pair) async throws -> Void
    ) async throws {
        try await withLoopbackRedis { redis in
            let master = try redis.start(["--repl-diskless-sync-delay", "0"])
            let replica = try redis.start(["--replicaof", "127.0.0.1", "\(master.port)"])
            let patience = timeout + .seconds(60)
            try await redis.withClient(.standalone(master.endpoint)) { client in
                try await redis.withClient(.standalone(replica.endpoint)) { copy in
                    // Both must say so: the master does while its copy is still being loaded.
                    for (server, sign) in [(client, "state=online"), (copy, "master_link_status:up")] {
                        try await server.until { try await $0.info("replication").contains(sign) }
                    }
                    try await redis.withClient(.standalone(master.endpoint)) {
                        $0.commandTimeout = patience
                    } _: { own in
                        let backend = RedisBackend(
                            RedisContext(redis: own, keys: Keys(), isSpread: false),
                            sessionLimits: SessionLimits(),
                            rateLimits: RateLimits(),
                            journal: nil,
                            replicaTimeout: timeout
                        )
                        try await body(Pair(backend: backend, master: client, server: replica, replica: copy))
                    }
                }
            }
        }
    }

    @Test(arguments: [true, false])
    func aRevocationReturnsWhenAReplicaHasIt(ofAll: Bool) async throws {
        // Longer than the test may take: only the replica can end the wait.
        try await self.withReplica(timeout: .seconds(600)) { pair in
            let (alice, revocations) = (try principal("alice"), pair.backend.ports.revocations)
            pair.server.freeze()
            async let revocation: Void =
                ofAll
                ? revocations.revokeAll(of: alice.user, issuedUpTo: 1_700_000_001)
                : revocations.revoke(alice.tokenID, of: alice.user, expiresAt: alice.expiresAt)
            try await pair.master.until { try await $0.info("clients").contains("blocked_clients:1") }
            pair.server.thaw()
            try await revocation
            let key = ofAll ? "carrel:not-before:{alice}" : "carrel:revoked:{alice}:\(alice.tokenID)"
            let there = try await pair.replica.send(["EXISTS", key])
            let waits = try await pair.waits()
            #expect(there.integerValue == 1)
            #expect(waits == 1)
        }
    }

    @Test func aFrozenReplicaDelaysARevocationOnlyBriefly() async throws {
        try await self.withReplica(timeout: .milliseconds(50)) { pair in
            let (alice, ports) = (try principal("alice"), pair.backend.ports)
            // The first request replays what has been revoked.
            _ = try await ports.admission.admit(AdmissionRequest(principal: alice))
            pair.server.freeze()
            try await ports.revocations.revoke(alice.tokenID, of: alice.user, expiresAt: alice.expiresAt)
            let verdict = try await ports.admission.admit(AdmissionRequest(principal: alice))
            let waits = try await pair.waits()
            pair.server.thaw()
            #expect(waits == 1)
            #expect(verdict == .revoked)
            try await pair.replica.until {
                try await $0.send(["EXISTS", "carrel:revoked:{alice}:\(alice.tokenID)"]) == .integer(1)
            }
        }
    }

    @Test func aRevocationWithoutAReplicaDoesNotWait() async throws {
        try await withRedis { redis in
            let alice = try principal("alice")
            let revocations = RedisBackend(redis: redis).ports.revocations
            try await revocations.revoke(alice.tokenID, of: alice.user, expiresAt: alice.expiresAt)
            let waits = try await redis.calls(of: "wait")
            #expect(waits == 0)
        }
    }
}

extension RedisClient {
    /// Repeats a query until it holds; the time limit of the suite ends it.
    fileprivate func until(_ condition: (RedisClient) async throws -> Bool) async throws {
        while try await !condition(self) { try await Task.sleep(for: .milliseconds(2)) }
    }

    fileprivate func info(_ section: String) async throws -> String {
        try await self.send(["INFO", section]).text ?? ""
    }

    /// How often a command has been called.
    fileprivate func calls(of command: String) async throws -> Int {
        let name = "cmdstat_\(command):calls="
        let line = try await self.info("commandstats").split(whereSeparator: \.isNewline).first { $0.hasPrefix(name) }
        return line.flatMap { Int($0.dropFirst(name.count).prefix { $0.isNumber }) } ?? 0
    }
}
