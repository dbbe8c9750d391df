import Identity
import Logging
import Redis
import SharedState
import TestSupport
import Testing

@Suite(.serialized) struct UsageTests {
    @Test(arguments: BackendKind.allCases)
    func countsOfSeveralWorkersAddUp(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            let alice = try UserID("alice")
            let bob = try UserID("bob")
            let counts = UsageCounts(requests: 3, reads: 2, writes: 1, bytesIn: 10, bytesOut: 20, errors: 1)
            let first = try await backend.ports.usage.add([alice: counts], firstSeen: [alice], day: "2026-01-31")
            let second = try await backend.ports.usage.add(
                [alice: counts, bob: counts],
                firstSeen: [alice, bob],
                day: "2026-01-31"
            )
            let usage = try await backend.ports.usage.usage(of: alice, day: "2026-01-31")
            let another = try await backend.ports.usage.usage(of: alice, day: "2026-02-01")
            let active = try await backend.ports.usage.activeUsers(day: "2026-01-31")
            #expect(usage == UsageCounts(requests: 6, reads: 4, writes: 2, bytesIn: 20, bytesOut: 40, errors: 2))
            #expect(another == UsageCounts())
            #expect(active == 2)
            #expect(first.isEmpty && second.isEmpty)
        }
    }

    @Test func countsOfMoreUsersThanCommandsMayWaitAreAdded() async throws {
        try await withRedisServer { server in
            try await server.withClient {
                $0.maxPending = 1000
                $0.connections = 1
            } _: { redis in
                let backend = RedisBackend(redis: redis)
                let users = try (0..<1500).map { try UserID("user\($0)") }
                let counts = Dictionary(uniqueKeysWithValues: users.map { ($0, UsageCounts(requests: 1)) })
                let unadded = try await backend.ports.usage.add(counts, firstSeen: [], day: "2026-01-31")
                let found = try await backend.ports.usage.users(day: "2026-01-31")
                #expect(unadded.isEmpty)
                #expect(Set(found) == Set(users))
            }
        }
    }

    @Test func aLedgerHandsOnEverythingOnce() async throws {
        try await withBackend(.memory) { backend in
            let alice = try UserID("alice")
            let ledger = UsageLedger(
                store: backend.ports.usage,
                now: { 1_769_817_600 },
                logger: Logger(label: "test")
            )
            for _ in 0..<100 { ledger.record(UsageCounts(requests: 1), for: alice) }
            await ledger.flush()
            await ledger.flush()
            let usage = try await backend.ports.usage.usage(of: alice, day: "2026-01-31")
            #expect(usage == UsageCounts(requests: 100))
        }
    }

    @Test func countsThatCouldNotBeHandedOnAreKept() async throws {
        try await withBackend(.memory) { backend in
            let alice = try UserID("alice")
            let store = FailingOnce(store: backend.ports.usage)
            let ledger = UsageLedger(store: store, now: { 1_769_817_600 }, logger: Logger(label: "test"))
            ledger.record(UsageCounts(requests: 1), for: alice)
            await ledger.flush()
            ledger.record(UsageCounts(requests: 1), for: alice)
            await ledger.flush()
            let usage = try await backend.ports.usage.usage(of: alice, day: "2026-01-31")
            #expect(usage == UsageCounts(requests: 2))
        }
    }

    @Test(arguments: [
        (0, "1970-01-01"), (11016, "2000-02-29"), (11017, "2000-03-01"), (20484, "2026-01-31"), (20818, "2026-12-31"),
        (47540, "2100-02-28"), (47541, "2100-03-01"),
    ])
    func daysHaveTheirNames(days: Int64, name: String) {
        #expect(UsageLedger.dayName(days) == name)
    }
}
