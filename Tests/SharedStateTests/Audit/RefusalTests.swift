import Logging
import Redis
import SharedState
import Synchronization
import TestSupport
import Testing

/// Refused requests are counted, and push nothing else out of the audit trail.
struct RefusalTests {
    /// A ledger whose clock stands still until the test advances it.
    private struct Site: Sendable {
        let ledger: AuditLedger
        let store: any AuditStore
        let advance: @Sendable (Duration) -> Void

        init(_ store: any AuditStore, log: any LogHandler = SwiftLogNoOpLogHandler()) {
            let start = ContinuousClock.now
            let time = Clock()
            self.store = store
            self.advance = { time.advance($0) }
            self.ledger = AuditLedger(
                store: store,
                worker: "w",
                now: { start + time.now },
                logger: Logger(label: "test") { _ in log }
            )
        }

        func refuse(_ times: Int = 1, user: String? = nil, address: String? = nil, reason: String = "missing") {
            for _ in 0..<times {
                self.ledger.record(
                    AuditEvent(.authenticationFailed, user: user, address: address, details: [.reason: reason])
                )
            }
        }

        func counts(of user: String? = nil) async throws -> [String] {
            try await self.store.records(of: user, limit: 10_000).compactMap { $0[.count] }
        }
    }

    private final class Clock: Sendable {
        private let time = Mutex(Duration.zero)
        var now: Duration { self.time.withLock { $0 } }
        func advance(_ duration: Duration) { self.time.withLock { $0 += duration } }
    }

    @Test(arguments: [BackendKind.memory, .redis])
    func refusalsOfAnAddressAreOneEventAMinute(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            let site = Site(backend.ports.audit)
            site.refuse(5000, address: "203.0.113.9")
            await site.ledger.flush()
            let atOnce = try await site.counts()
            site.advance(.seconds(59))
            await site.ledger.flush()
            let before = try await site.counts()
            site.advance(.seconds(1))
            await site.ledger.flush()
            let minute = try await site.counts()
            site.advance(.seconds(60))
            await site.ledger.flush()
            let quiet = try await site.counts()
            #expect(atOnce == ["1"])
            #expect(before == ["1"])
            #expect(minute == ["4999", "1"])
            #expect(quiet == ["4999", "1"])
        }
    }

    @Test func reasonsUsersAndNetworksAreCountedApart() async throws {
        try await withBackend(.memory) { backend in
            let site = Site(backend.ports.audit)
            site.refuse(2, address: "2001:db8:1:2::3")
            site.refuse(2, address: "2001:db8:1:2::4")
            site.refuse(2, address: "2001:db8:1:3::4")
            site.refuse(2, address: "2001:db8:1:3::4", reason: "expired")
            site.refuse(2, user: "ann", address: "2001:db8:1:3::4")
            await site.ledger.flush(all: true)
            let counts = try await site.counts()
            let own = try await site.counts(of: "ann")
            #expect(counts.sorted() == ["1", "1", "1", "1", "1", "1", "1", "3"])
            #expect(own == ["1", "1"])
        }
    }

    @Test func anEndingWorkerWritesWhatItHasCounted() async throws {
        try await withBackend(.memory) { backend in
            let site = Site(backend.ports.audit)
            site.refuse(3, address: "203.0.113.9")
            await site.ledger.flush(all: true)
            let counts = try await site.counts()
            #expect(counts == ["2", "1"])
        }
    }

    @Test func manyAddressesAreCountedTogetherWithoutAName() async throws {
        try await withBackend(.memory) { backend in
            let site = Site(backend.ports.audit)
            for number in 0..<20_000 { site.refuse(address: "10.1.\(number / 256).\(number % 256)") }
            site.refuse(3, user: "ann", address: "203.0.113.9")
            await site.ledger.flush(all: true)
            let records = try await backend.ports.audit.records(of: nil, limit: 10_000)
            let ofStrangers = records.filter { $0[.userID] == nil }
            let own = try await site.counts(of: "ann")
            #expect(ofStrangers.count <= 2002)
            #expect(ofStrangers.filter { $0[.address] == nil }.compactMap { $0[.count] } == ["17999", "1"])
            #expect(own == ["2", "1"])
        }
    }

    @Test(arguments: [BackendKind.memory, .redis])
    func refusalsPushNoWriteOut(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            let store = backend.ports.audit
            func append(_ count: Int, _ fields: [String: String]) async throws {
                let unwritten = try await store.append(Array(repeating: AuditEntry(fields), count: count))
                #expect(unwritten.entries.isEmpty)
            }
            try await append(60, ["event": "note_written", "user_id": "ann"])
            try await append(3000, ["event": "rate_limited", "user_id": "ann", "limit": "requests"])
            try await append(30_000, ["event": "authentication_failed", "reason": "missing"])
            let own = try await store.records(of: "ann", limit: 200)
            let all = try await store.records(of: nil, limit: 100_000)
            let few = try await store.records(of: "ann", limit: 10)
            #expect(own.filter { $0[.event] == "note_written" }.count == 60)
            #expect(own.count == 200)
            #expect(all.filter { $0[.event] == "note_written" }.count == 60)
            #expect(all.count < 24_000)
            #expect(few.filter { $0[.event] == "rate_limited" }.count == 5)
        }
    }

    @Test func strangersHaveAStreamOfTheirOwn() async throws {
        try await withRedis { redis in
            let site = Site(RedisBackend(redis: redis).ports.audit)
            site.refuse(10, address: "203.0.113.9")
            site.refuse(10, user: "ann")
            await site.ledger.flush(all: true)
            let keys = try await redis.send(["KEYS", "*"]).elements?.compactMap(\.text).sorted()
            let strangers = try await redis.send(["XLEN", "carrel:audit-strangers"])
            let life = try await redis.send(["TTL", "carrel:audit-refusals:{ann}"])
            #expect(keys == ["carrel:audit-refusals", "carrel:audit-refusals:{ann}", "carrel:audit-strangers"])
            #expect(strangers.integerValue == 2)
            #expect((life.integerValue ?? 0) > 0)
        }
    }

    @Test func refusalsPushNoWaitingWriteOut() async throws {
        try await withBackend(.memory) { backend in
            let site = Site(ForgetfulAudit(store: backend.ports.audit))
            for number in 0..<60 {
                site.ledger.record(AuditEvent(.noteWritten, user: "ann", details: [.path: "\(number).md"]))
            }
            for round in 0..<10 {
                for number in 0..<2000 { site.refuse(user: "user\(number)") }
                site.advance(.seconds(60))
                // The first of these fails.
                if round == 0 { await site.ledger.flush() }
            }
            for _ in 0..<3 { await site.ledger.flush(all: true) }
            let own = try await backend.ports.audit.records(of: "ann", limit: 100)
            #expect(own.count == 60)
        }
    }

    @Test func theLogCountsRefusalsPastTheFirstOfAMinute() async throws {
        try await withBackend(.memory) { backend in
            let log = CountedLog()
            let site = Site(backend.ports.audit, log: log)
            site.refuse(5000, address: "203.0.113.9")
            site.refuse(2, address: "203.0.113.10")
            await site.ledger.flush()
            let atOnce = log.counts
            site.advance(.seconds(60))
            await site.ledger.flush()
            let minute = log.counts
            site.refuse(30, address: "203.0.113.9")
            site.advance(.seconds(60))
            await site.ledger.flush()
            #expect(atOnce == Array(repeating: nil, count: 23))
            #expect(minute == atOnce + ["4979"])
            #expect(log.counts == minute + Array(repeating: nil, count: 20) + ["10"])
        }
    }

    @Test(arguments: [BackendKind.memory, .redis])
    func sessionsPushNoWriteOut(kind: BackendKind) async throws {
        try await withBackend(kind) { backend in
            let log = CountedLog()
            let site = Site(backend.ports.audit, log: log)
            for number in 0..<60 {
                site.ledger.record(AuditEvent(.noteWritten, user: "ann", details: [.path: "\(number).md"]))
            }
            for _ in 0..<300 {
                for _ in 0..<10 {
                    site.ledger.record(AuditEvent(.sessionCreated, user: "ann"))
                    site.ledger.record(AuditEvent(.sessionEnded, user: "ann"))
                    site.ledger.record(AuditEvent(.tokenRefreshed, user: "ann"))
                    site.ledger.record(AuditEvent(.tokenRevoked, user: "ann", details: [.reason: "client"]))
                }
                site.advance(.seconds(60))
                await site.ledger.flush()
            }
            await site.ledger.flush(all: true)
            let own = try await site.store.records(of: "ann", limit: 1000)
            let few = try await site.store.records(of: "ann", limit: 100)
            #expect(own.filter { $0[.event] == "note_written" }.count == 60)
            #expect(own.contains { $0[.event] == "session_created" && $0[.count] == "10" })
            #expect(few.filter { $0[.event] == "note_written" }.count >= 50)
            // Admitted requests have their lines.
            #expect(log.counts == Array(repeating: nil, count: 60 + 12_000))
        }
    }
}

/// A log that keeps the `count` of each line.
private final class CountedLog: LogHandler {
    private let lines = Mutex<[String?]>([])
    var counts: [String?] { self.lines.withLock { $0 } }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }

    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        self.lines.withLock { $0.append(event.metadata?["count"].map { "\($0)" }) }
    }
}
