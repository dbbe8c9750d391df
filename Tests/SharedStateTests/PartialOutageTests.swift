import Identity
import Logging
import Redis
import SharedState
import TestSupport
import Testing

/// A Cluster of which one master is gone for good: what belongs to the others is written, once.
@Suite(.serialized) struct PartialOutageTests {
    /// Lends a Cluster of three masters that goes on without one, which is killed by the body.
    private func withCluster(
        _ body: @Sendable (RedisClient, LoopbackRedis.Server) async throws -> Void
    ) async throws {
        try await withLoopbackRedis { redis in
            let servers = try (0..<3).map { _ in
                try redis.start(["--cluster-enabled", "yes", "--cluster-require-full-coverage", "no"])
            }
            for server in servers {
                try await redis.withClient(.standalone(server.endpoint)) { _ = try await $0.send(["PING"]) }
            }
            let addresses = servers.map { "127.0.0.1:\($0.port)" }
            let status = try redis.run(["redis-cli", "--cluster", "create"] + addresses + ["--cluster-yes"])
            #expect(status == 0)
            for server in servers {
                try await redis.withClient(.standalone(server.endpoint)) { node in
                    while try await node.send(["CLUSTER", "INFO"]).text?.contains("cluster_state:ok") != true {
                        try await Task.sleep(for: .milliseconds(20))
                    }
                }
            }
            try await redis.withClient(.cluster([servers[0].endpoint])) {
                $0.waitTimeout = .milliseconds(500)
                $0.commandTimeout = .seconds(5)
            } _: { client in
                while !client.isConnected { try await Task.sleep(for: .milliseconds(20)) }
                try await body(client, servers[2])
            }
        }
    }

    /// Users enough for every master to have some, and the slots decide.
    private func users() throws -> [UserID] { try (0..<30).map { try UserID("user\($0)") } }

    @Test func usageOfALostServerIsReturnedAndTheRestIsAddedOnce() async throws {
        try await self.withCluster { client, server in
            let backend = RedisBackend(redis: client)
            let (day, users) = ("2026-01-31", try self.users())
            let counts = Dictionary(uniqueKeysWithValues: users.map { ($0, UsageCounts(requests: 3, reads: 2)) })
            let whole = try await backend.ports.usage.add(counts, firstSeen: [], day: day)
            server.kill()
            // The first command after the crash may be lost in flight; later ones fail before they are sent.
            while client.isConnected { try await Task.sleep(for: .milliseconds(20)) }
            let unadded = try await backend.ports.usage.add(counts, firstSeen: [], day: day)
            let again = try await backend.ports.usage.add(unadded.counts, firstSeen: [], day: day)
            #expect(whole.isEmpty)
            #expect(!unadded.counts.isEmpty && unadded.counts.count < users.count)
            #expect(unadded.lost == UsageCounts())
            #expect(unadded.problem != nil)
            #expect(again.counts == unadded.counts)
            for user in users {
                if let rest = unadded.counts[user] {
                    #expect(rest == counts[user])
                    continue
                }
                let usage = try await backend.ports.usage.usage(of: user, day: day)
                #expect(usage == UsageCounts(requests: 6, reads: 4))
            }
        }
    }

    @Test func auditEventsAreWrittenOnceToEachTrailThatIsThere() async throws {
        try await self.withCluster { client, server in
            let backend = RedisBackend(redis: client)
            let users = try self.users()
            server.kill()
            while client.isConnected { try await Task.sleep(for: .milliseconds(20)) }
            let entries = users.map { AuditEntry(["event": "login", "user_id": $0.value]) }
            let unwritten = try await backend.ports.audit.append(entries)
            let again = try await backend.ports.audit.append(unwritten.entries)
            #expect(!unwritten.entries.isEmpty)
            #expect(unwritten.lost == 0)
            #expect(again.entries == unwritten.entries)
            let waiting = Set(unwritten.entries.filter { !$0.isInUsersTrail }.compactMap { $0.fields["user_id"] })
            #expect(waiting.count < users.count)
            for user in users where !waiting.contains(user.value) {
                let records = try await backend.ports.audit.records(of: user.value, limit: 10)
                #expect(records.count == 1)
            }
        }
    }

    @Test func aCountThatRedisRefusesIsLostAndTheOthersAreAdded() async throws {
        try await withRedis { redis in
            let backend = RedisBackend(redis: redis)
            let (alice, bob) = (try UserID("alice"), try UserID("bob"))
            _ = try await redis.send(["SET", "carrel:usage:{alice}:2026-01-31", "x"])
            _ = try await redis.send(["SET", "carrel:audit-sessions:{alice}", "x"])
            let counts = [alice: UsageCounts(requests: 1), bob: UsageCounts(requests: 2)]
            let unadded = try await backend.ports.usage.add(counts, firstSeen: [alice, bob], day: "2026-01-31")
            let usage = try await backend.ports.usage.usage(of: bob, day: "2026-01-31")
            let unwritten = try await backend.ports.audit.append([AuditEntry(["event": "login", "user_id": "alice"])])
            let all = try await backend.ports.audit.records(of: nil, limit: 10)
            #expect(unadded.counts.isEmpty && unadded.firstSeen.isEmpty)
            #expect(unadded.lost == UsageCounts(requests: 1))
            #expect(usage == UsageCounts(requests: 2))
            #expect(unwritten.entries.isEmpty)
            #expect(unwritten.lost == 1)
            #expect(all.count == 1)
        }
    }

    @Test func aLedgerOfAuditEventsGivesAgainWhatWasNotWritten() async throws {
        try await withBackend(.memory) { backend in
            let store = ForgetfulAudit(store: backend.ports.audit)
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let ledger = AuditLedger(store: store, worker: "w", logger: logger)
            for number in 0..<4 { ledger.record(AuditEvent(.login, user: "user\(number)")) }
            await ledger.flush()
            await ledger.flush()
            await ledger.flush()
            let records = try await backend.ports.audit.records(of: nil, limit: 10)
            #expect(Set(records.compactMap { $0.fields["user_id"] }) == ["user0", "user1", "user2", "user3"])
            #expect(records.count == 4)
        }
    }
}
