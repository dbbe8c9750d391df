import Identity
import Redis
import SharedState
import Synchronization
import TestSupport
import Testing

/// A revocation waits for a replica: should the master die in the next moment, its heir knows of it.
@Suite(.serialized) struct ReplicaTests {
    /// How long a revocation waits for a replica at most.
    private static let patience = Duration.milliseconds(200)

    private struct NotInTime: Error {
        let what: String
    }

    /// Lends the state on a master that has a replica, and a client of each: what is asked over the connection of a
    /// revocation waits as well.
    private func withReplica(
        _ body: @Sendable (RedisBackend, RedisClient, LoopbackRedis.Server, RedisClient) async throws -> Void
    ) async throws {
        try await withLoopbackRedis { redis in
            let master = try redis.start(["--repl-diskless-sync-delay", "0"])
            let replica = try redis.start(["--replicaof", "127.0.0.1", "\(master.port)"])
            try await redis.withClient(.standalone(master.endpoint)) { client in
                try await redis.withClient(.standalone(replica.endpoint)) { copy in
                    // Both must say so: the master does while its copy is still being loaded.
                    for (server, sign) in [(client, "state=online"), (copy, "master_link_status:up")] {
                        try await Self.await("the replica is in step") {
                            try await server.send(["INFO", "replication"]).text?.contains(sign) == true
                        }
                    }
                    try await redis.withClient(.standalone(master.endpoint)) { own in
                        try await body(RedisBackend(redis: own), client, replica, copy)
                    }
                }
            }
        }
    }

    /// Asks again and again, for ten seconds.
    private static func await(_ what: String, _ condition: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(10)
        while try await !condition() {
            guard ContinuousClock.now < end else { throw NotInTime(what: what) }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    /// How often `WAIT` has been called.
    private static func waits(_ redis: RedisClient) async throws -> Int {
        let stats = try await redis.send(["INFO", "commandstats"]).text ?? ""
        let calls = stats.split(whereSeparator: \.isNewline).first { $0.hasPrefix("cmdstat_wait:calls=") }
        return calls.flatMap { Int($0.dropFirst(19).prefix { $0.isNumber }) } ?? 0
    }

    @Test(arguments: [true, false])
    func aRevocationReturnsWhenAReplicaHasIt(ofAll: Bool) async throws {
        // Where the machine is so busy that the replica did not wake up in time, there is nothing to be seen.
        for _ in 0..<5 {
            if try await self.revokeWhileAReplicaWakesUp(ofAll: ofAll) { return }
        }
        Issue.record("The replica never had the revocation before the patience with it was over.")
    }

    /// - Returns: whether the revocation returned because the replica had it.
    private func revokeWhileAReplicaWakesUp(ofAll: Bool) async throws -> Bool {
        let wasInTime = Atomic(false)
        try await self.withReplica { backend, master, replica, copy in
            let (alice, clock) = (try principal("alice"), ContinuousClock())
            replica.freeze()
            async let time = clock.measure {
                ofAll
                    ? try await backend.ports.revocations.revokeAll(of: alice.user, issuedUpTo: 1_700_000_001)
                    : try await backend.ports.revocations.revoke(
                        alice.tokenID,
                        of: alice.user,
                        expiresAt: alice.expiresAt
                    )
            }
            // It is done on the master, and waits.
            try await Self.await("the revocation waits") {
                try await master.send(["INFO", "clients"]).text?.contains("blocked_clients:1") == true
            }
            replica.thaw()
            guard try await time < Self.patience else { return }
            wasInTime.store(true, ordering: .relaxed)
            let key = ofAll ? "carrel:not-before:{alice}" : "carrel:revoked:{alice}:\(alice.tokenID)"
            let there = try await copy.send(["EXISTS", key])
            let waits = try await Self.waits(master)
            #expect(there.integerValue == 1)
            #expect(waits == 1)
        }
        return wasInTime.load(ordering: .relaxed)
    }

    @Test func aReplicaThatDoesNotAnswerIsWaitedForAMomentOnlyAndTheRevocationHolds() async throws {
        try await self.withReplica { backend, master, replica, copy in
            let (alice, clock) = (try principal("alice"), ContinuousClock())
            // The first request of a server is told all that has been revoked.
            _ = try await backend.ports.admission.admit(AdmissionRequest(principal: alice))
            replica.freeze()
            let time = try await clock.measure {
                try await backend.ports.revocations.revoke(alice.tokenID, of: alice.user, expiresAt: alice.expiresAt)
            }
            let verdict = try await backend.ports.admission.admit(AdmissionRequest(principal: alice))
            replica.thaw()
            let waits = try await Self.waits(master)
            #expect(time >= Self.patience && time < .seconds(2))
            #expect(waits == 1)
            #expect(verdict == .revoked)
            try await Self.await("the replica has it") {
                try await copy.send(["EXISTS", "carrel:revoked:{alice}:\(alice.tokenID)"]) == .integer(1)
            }
        }
    }

    @Test func withoutAReplicaNobodyWaits() async throws {
        try await withRedis { redis in
            let alice = try principal("alice")
            try await RedisBackend(redis: redis).ports.revocations.revoke(
                alice.tokenID,
                of: alice.user,
                expiresAt: alice.expiresAt
            )
            let waits = try await Self.waits(redis)
            #expect(waits == 0)
        }
    }
}
