import Identity
import Redis
import TestSupport
import Testing

@testable import SharedState

/// Leases, fencing tokens and sequence numbers of vaults, for two workers.
@Suite struct VaultLedgerTests {
    private struct Workers: Sendable {
        let redis: RedisClient
        let one: VaultLedger
        let two: VaultLedger
        let ann: UserID
    }

    private func withWorkers(
        isSpread: Bool = false,
        _ body: @escaping @Sendable (Workers) async throws -> Void
    ) async throws {
        try await withRedis { redis in
            let context = RedisContext(redis: redis, keys: Keys(), isSpread: isSpread)
            try await body(
                Workers(
                    redis: redis,
                    one: VaultLedger(context: context, settings: VaultLeaseSettings(holder: "one")),
                    two: VaultLedger(context: context, settings: VaultLeaseSettings(holder: "two")),
                    ann: try UserID("ann")
                )
            )
        }
    }

    @Test func aLeaseExcludesOtherWorkersUntilItIsReleased() async throws {
        try await self.withWorkers { workers in
            let first = try #require(try await workers.one.acquire(workers.ann))
            #expect(first == VaultLease(token: 1, sequence: nil, isContinued: false))
            let refused = try await workers.two.acquire(workers.ann)
            #expect(refused == nil)
            let other = try await workers.two.acquire(try UserID("bob"))
            #expect(other != nil)
            try await workers.two.release(workers.ann)
            let stillRefused = try await workers.two.acquire(workers.ann)
            #expect(stillRefused == nil)
            try await workers.one.release(workers.ann)
            let second = try await workers.two.acquire(workers.ann)
            #expect(second == VaultLease(token: 2, sequence: nil, isContinued: false))
        }
    }

    @Test func theTokenStaysWithItsHolderAndGrowsWithTheNext() async throws {
        try await self.withWorkers { workers in
            for expected in [(1, false), (1, true), (1, true)] {
                let lease = try #require(try await workers.one.acquire(workers.ann))
                #expect(!lease.isOrphaned)
                #expect(lease.token == expected.0)
                #expect(lease.isContinued == expected.1)
                try await workers.one.release(workers.ann)
            }
            let other = try #require(try await workers.two.acquire(workers.ann))
            #expect(other.token == 2)
            #expect(!other.isOrphaned)
            try await workers.two.release(workers.ann)
            let again = try #require(try await workers.one.acquire(workers.ann))
            #expect(again.token == 3)
            #expect(!again.isContinued)
        }
    }

    @Test func aWaitingWorkerGoesBeforeTheLastHolder() async throws {
        try await self.withWorkers { workers in
            _ = try await workers.one.acquire(workers.ann)
            let waiting = try await workers.two.acquire(workers.ann)
            #expect(waiting == nil)
            try await workers.one.release(workers.ann)
            let greedy = try await workers.one.acquire(workers.ann)
            #expect(greedy == nil)
            let next = try await workers.two.acquire(workers.ann)
            #expect(next?.token == 2)
        }
    }

    @Test func aWaitingWorkerThatHasGoneBlocksNothing() async throws {
        try await self.withWorkers { workers in
            _ = try await workers.one.acquire(workers.ann)
            _ = try await workers.two.acquire(workers.ann)
            try await workers.one.release(workers.ann)
            try await workers.redis.age(by: .seconds(1))
            let lease = try await workers.one.acquire(workers.ann)
            #expect(lease?.token == 1)
        }
    }

    @Test func aLeaseOfADeadWorkerEnds() async throws {
        try await self.withWorkers { workers in
            let lost = try #require(try await workers.one.acquire(workers.ann))
            try await workers.redis.age(by: .seconds(7))
            let lease = try #require(try await workers.two.acquire(workers.ann))
            #expect(lease.token == 2)
            #expect(lease.isOrphaned)
            let renewed = try await workers.one.renew(lost, of: workers.ann)
            #expect(renewed == nil)
            let isPublished = try await workers.one.publish(
                [VaultChange(path: "a.md", revision: "0", updated: 1)],
                sequence: 1,
                releasing: true,
                under: lost,
                of: workers.ann
            )
            #expect(!isPublished)
            let changes = try await workers.two.changes(of: workers.ann, after: 0)
            #expect(changes.sequence == nil)
            // What the dead worker releases is not the other's.
            try await workers.one.release(workers.ann)
            let kept = try await workers.two.renew(lease, of: workers.ann)
            #expect(kept == lease)
        }
    }

    @Test func anExpiredLeaseThatNoOtherAcquiredIsRenewed() async throws {
        try await self.withWorkers { workers in
            let lease = try #require(try await workers.one.acquire(workers.ann))
            try await workers.redis.age(by: .seconds(7))
            let renewed = try await workers.one.renew(lease, of: workers.ann)
            #expect(renewed == lease)
            let refused = try await workers.two.acquire(workers.ann)
            #expect(refused == nil)
        }
    }

    @Test func theTokenIsRaisedToWhatTheVolumeHasSeen() async throws {
        try await self.withWorkers { workers in
            let lease = try #require(try await workers.one.acquire(workers.ann))
            let raised = try #require(try await workers.one.renew(lease, of: workers.ann, token: 58))
            #expect(raised.token == 58)
            let old = try await workers.one.renew(lease, of: workers.ann)
            #expect(old == nil)
            try await workers.one.release(workers.ann)
            let next = try await workers.two.acquire(workers.ann)
            #expect(next?.token == 59)
        }
    }

    private func write(_ workers: Workers, _ paths: [String], sequence: Int64) async throws {
        let lease = try #require(try await workers.one.acquire(workers.ann))
        let isPublished = try await workers.one.publish(
            paths.map { VaultChange(path: $0, revision: $0 == "gone.md" ? nil : "r\(sequence)", updated: 5) },
            sequence: sequence,
            releasing: true,
            under: lease,
            of: workers.ann
        )
        #expect(isPublished)
    }

    @Test func changesAreListedSinceASequenceNumber() async throws {
        try await self.withWorkers { workers in
            try await self.write(workers, ["a.md"], sequence: 1)
            try await self.write(workers, ["b.md", "gone.md"], sequence: 2)
            try await self.write(workers, ["c/ö \"x.md"], sequence: 3)
            let all = try await workers.two.changes(of: workers.ann, after: 0)
            #expect(all.sequence == 3)
            #expect(all.isComplete)
            #expect(all.gapAge == nil)
            #expect(all.entries.map(\.change.path) == ["a.md", "b.md", "gone.md", "c/ö \"x.md"])
            #expect(all.entries.map(\.change.revision) == ["r1", "r2", nil, "r3"])
            #expect(all.entries.allSatisfy { $0.change.updated == 5 && $0.age < .seconds(60) })
            let last = try await workers.two.changes(of: workers.ann, after: 2)
            #expect(last.entries.map(\.change.path) == ["c/ö \"x.md"])
            #expect(last.isComplete)
            let none = try await workers.two.changes(of: workers.ann, after: 3)
            #expect(none.isComplete)
            #expect(none.entries.isEmpty)
            let lease = try await workers.two.acquire(workers.ann)
            #expect(lease?.sequence == 3)
        }
    }

    @Test func aSkippedNumberIsAGap() async throws {
        try await self.withWorkers { workers in
            try await self.write(workers, ["a.md"], sequence: 1)
            try await self.write(workers, ["b.md"], sequence: 3)
            let behind = try await workers.two.changes(of: workers.ann, after: 1)
            #expect(!behind.isComplete)
            #expect(behind.gapAge != nil)
            try await self.write(workers, ["c.md"], sequence: 4)
            let seen = try await workers.two.changes(of: workers.ann, after: 3)
            #expect(seen.isComplete)
            #expect(seen.entries.map(\.change.path) == ["c.md"])
        }
    }

    @Test func onlyTheLastThousandChangesAreListed() async throws {
        try await self.withWorkers { workers in
            for sequence in Int64(1)...1010 { try await self.write(workers, ["n\(sequence).md"], sequence: sequence) }
            let all = try await workers.two.changes(of: workers.ann, after: 0)
            #expect(all.sequence == 1010)
            #expect(!all.isComplete)
            #expect(all.entries.count == 1000)
            let length = try await workers.redis.send(["XLEN", "carrel:vault-changes:{ann}"])
            #expect(length.integerValue == 1000)
        }
    }

    @Test func aLostNumberIsRestoredAndNeverMovedBack() async throws {
        try await self.withWorkers { workers in
            try await self.write(workers, ["a.md"], sequence: 1)
            _ = try await workers.redis.send(["FLUSHALL"])
            let lost = try await workers.two.changes(of: workers.ann, after: 1)
            #expect(lost.sequence == nil)
            let restored = try await workers.two.restore(41, of: workers.ann)
            #expect(restored == 41)
            let older = try await workers.one.restore(7, of: workers.ann)
            #expect(older == 41)
            let changes = try await workers.two.changes(of: workers.ann, after: 1)
            #expect(changes.sequence == 41)
            #expect(!changes.isComplete)
        }
    }

    @Test func everyKeyOfALeaseEndsByItself() async throws {
        try await self.withWorkers { workers in
            try await self.write(workers, ["a.md"], sequence: 1)
            _ = try await workers.one.acquire(workers.ann)
            _ = try await workers.two.acquire(workers.ann)
            let keys = try await workers.redis.send(["KEYS", "*"]).elements?.compactMap(\.text).sorted() ?? []
            #expect(
                keys == [
                    "carrel:lease-waiting:{ann}", "carrel:lease:{ann}", "carrel:vault-changes:{ann}",
                    "carrel:vault:{ann}",
                ]
            )
            for key in keys {
                let life = try await workers.redis.send(["PTTL", key])
                #expect((life.integerValue ?? -1) > 0, "\(key) would stay for ever")
            }
        }
    }

    @Test func admissionReturnsTheSequenceNumberInItsOneRoundTrip() async throws {
        for isSpread in [false, true] {
            try await self.withWorkers(isSpread: isSpread) { workers in
                let backend = RedisBackend(
                    RedisContext(redis: workers.redis, keys: Keys(), isSpread: isSpread),
                    sessionLimits: SessionLimits(),
                    rateLimits: RateLimits(),
                    journal: nil,
                    leases: VaultLeaseSettings(holder: "one")
                )
                let ann = try principal("ann")
                let session = try await backend.ports.sessions.create(for: ann.user, client: client)
                for expected in [nil, Int64(1)] {
                    for request in [
                        AdmissionRequest(principal: ann), AdmissionRequest(principal: ann, session: session.id),
                    ] {
                        let verdict = try await backend.ports.admission.admit(request)
                        guard case .admitted(_, _, let sequence) = verdict else {
                            Issue.record("not admitted: \(verdict)")
                            continue
                        }
                        #expect(sequence == expected)
                    }
                    if expected == nil { try await self.write(workers, ["a.md"], sequence: 1) }
                }
            }
        }
    }
}
