import Foundation
import Glibc
import Identity
import Logging
import Redis
import TestSupport
import Testing

@testable import SharedState

/// The file that outlives Redis.
@Suite struct RevocationJournalTests {
    private func withFile(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("carrel-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try await body(folder.appendingPathComponent("revocations").path)
        try FileManager.default.removeItem(at: folder)
    }

    private func journal(_ path: String, now: Int64 = 1000) -> RevocationJournal {
        RevocationJournal(path: path, now: { now }, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test func aCallerDoesNotWaitForAFileThatHangs() async throws {
        try await self.withFile { path in
            let ann = try UserID("ann")
            try #require(FileManager.default.createFile(atPath: path, contents: nil))
            let file = open(path, O_RDWR)
            #expect(flock(file, LOCK_EX) == 0)
            let journal = RevocationJournal(
                path: path,
                patience: .milliseconds(10),
                now: { 1000 },
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            let revocation = Revocation.token(id: "abc", user: ann, expiresAt: 2000)
            for call in [{ try await journal.append(revocation) }, { _ = try await journal.read() }] {
                let error = await #expect(throws: SharedStateError.self) { try await call() }
                #expect(error?.code == .unavailable)
            }
            close(file)
            // What was to be written when the file hung is written.
            let read = try await self.journal(path).read()
            #expect(read == [revocation])
        }
    }

    @Test func whatIsWrittenIsReadAndWhatHasExpiredIsNot() async throws {
        try await self.withFile { path in
            let journal = self.journal(path)
            let nothing = try await journal.read()
            let (ann, bob) = (try UserID("ann"), try UserID("Bob.x-1"))
            let all: [Revocation] = [
                .token(id: "abc", user: ann, expiresAt: 2000), .all(user: bob, issuedUpTo: 5),
                .token(id: "old", user: bob, expiresAt: 1000),
            ]
            for revocation in all { try await journal.append(revocation) }
            let read = try await self.journal(path).read()
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(nothing.isEmpty)
            #expect(read == Array(all.prefix(2)))
            #expect(mode == 0o600)
        }
    }

    @Test func aLineThatWasNotFinishedSwallowsNoOther() async throws {
        try await self.withFile { path in
            try "token 2000 ann abc\ntoken 20".write(toFile: path, atomically: true, encoding: .utf8)
            let journal = self.journal(path)
            try await journal.append(.all(user: try UserID("bob"), issuedUpTo: 7))
            let read = try await journal.read()
            #expect(
                read == [
                    .token(id: "abc", user: try UserID("ann"), expiresAt: 2000),
                    .all(user: try UserID("bob"), issuedUpTo: 7),
                ]
            )
        }
    }

    @Test(arguments: [
        "", "token", "token 1 ann", "token x ann abc", "token 2000 ../x abc", "token 2000 ann ", "all 5",
        "all 5 ann more",
        "other 5 ann", "\u{0}",
    ])
    func otherLinesAreNone(line: String) {
        #expect(Revocation(Substring(line)) == nil)
    }

    @Test func manyWritersLoseNothingEvenWhileItIsRewritten() async throws {
        try await self.withFile { path in
            let old = (0..<5000).map { "token 1 ann old\($0)\n" }.joined()
            try old.write(toFile: path, atomically: true, encoding: .utf8)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<4 {
                    group.addTask {
                        let journal = self.journal(path)
                        for number in 0..<25 {
                            try await journal.append(
                                .token(id: "w\(writer)-\(number)", user: try UserID("ann"), expiresAt: 2000)
                            )
                            if number % 5 == 0 { _ = try await journal.read() }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let read = try await self.journal(path).read()
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
            #expect(Set(read).count == 100)
            // The five thousand that had expired are gone.
            #expect(size ?? .max < 10_000)
        }
    }

    @Test func anUnreadableFileAdmitsNoRequest() async throws {
        try await self.withFile { path in
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            let backend = MemoryBackend(journal: self.journal(path), now: { .seconds(1000) })
            #expect(throws: SharedStateError.self) { try backend.load() }
            await #expect(throws: SharedStateError.self) {
                try await backend.ports.revocations.revoke(
                    "token-0123456789abcdef",
                    of: try UserID("ann"),
                    expiresAt: 2000
                )
            }
        }
    }

    @Test func aPromotedReplicaThatMissedTheLastWritesForgetsNothing() async throws {
        try await self.withFile { path in
            let journal = self.journal(path, now: 1_700_000_000)
            try await withRedisServer { server in
                try await server.withClient { redis in
                    let backend = RedisBackend(redis: redis, journal: journal)
                    let (alice, bob) = (try principal("alice"), try principal("bob"))
                    _ = try await backend.ports.admission.admit(AdmissionRequest(principal: alice))
                    try await backend.ports.revocations.revoke(
                        alice.tokenID,
                        of: alice.user,
                        expiresAt: alice.expiresAt
                    )
                    try await backend.ports.revocations.revokeAll(of: bob.user, issuedUpTo: 1_700_000_001)
                    server.kill()
                    try await server.start()
                    // As after a fail-over: a server that says it is filled, and lacks what was written last.
                    _ = try await redis.send(["SET", "carrel:epoch", "filled"])
                    let verdicts = [
                        try await backend.ports.admission.admit(AdmissionRequest(principal: alice)),
                        try await backend.ports.admission.admit(AdmissionRequest(principal: bob)),
                    ]
                    let other = try await backend.ports.admission.admit(
                        AdmissionRequest(principal: try principal("cid"))
                    )
                    #expect(verdicts == [.revoked, .revoked])
                    #expect(other.isAdmitted)
                    let kept = try await redis.send(["EXISTS", "carrel:not-before:{bob}"])
                    #expect(kept.integerValue == 1)
                }
            }
        }
    }

    /// The verdicts on requests that are sent at the same time.
    private func verdicts(
        _ count: Int,
        on principal: Principal,
        _ backend: RedisBackend
    ) async throws -> [AdmissionVerdict] {
        try await withThrowingTaskGroup(of: AdmissionVerdict.self) { group in
            for _ in 0..<count {
                group.addTask { try await backend.ports.admission.admit(AdmissionRequest(principal: principal)) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test func requestsDuringARestartSeeRevocationsAndCountOnce() async throws {
        try await self.withFile { path in
            let journal = self.journal(path, now: 1_700_000_000)
            let rates = RateLimits(requests: RateLimit(40, per: .seconds(3600)))
            try await withRedisServer { server in
                try await server.withClient { redis in
                    let backend = RedisBackend(redis: redis, rateLimits: rates, journal: journal)
                    let (alice, bob) = (try principal("alice"), try principal("bob"))
                    _ = try await backend.ports.admission.admit(AdmissionRequest(principal: alice))
                    // What the next server begins with: it says that it is filled, and lacks what comes now.
                    _ = try await redis.send(["SAVE"])
                    try await backend.ports.revocations.revoke(
                        alice.tokenID,
                        of: alice.user,
                        expiresAt: alice.expiresAt
                    )
                    server.kill()
                    while redis.isConnected { try await Task.sleep(for: .milliseconds(5)) }
                    async let ofAlice = self.verdicts(20, on: alice, backend)
                    async let ofBob = self.verdicts(20, on: bob, backend)
                    try await server.start()
                    let (alices, bobs) = (try await ofAlice, try await ofBob)
                    let epoch = try await redis.send(["GET", "carrel:epoch"])
                    let next = try await backend.ports.admission.admit(AdmissionRequest(principal: bob))
                    #expect(alices == Array(repeating: .revoked, count: 20))
                    #expect(bobs.map(\.isAdmitted) == Array(repeating: true, count: 20))
                    #expect(epoch.integerValue ?? 0 > 1_700_000_000)
                    guard case .admitted(_, let budget, _) = next else {
                        Issue.record("refused: \(next)")
                        return
                    }
                    #expect(budget.requests?.remaining == 19)
                }
            }
        }
    }

    @Test func withoutItsFileANewServerAdmitsNoRequest() async throws {
        try await self.withFile { path in
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            let journal = self.journal(path)
            try await withRedis { redis in
                let backend = RedisBackend(redis: redis, journal: journal)
                await #expect(throws: SharedStateError.self) {
                    try await backend.ports.admission.admit(AdmissionRequest(principal: try principal("alice")))
                }
            }
        }
    }

    @Test func aWorkerWithoutRedisForgetsNothingWhenItIsStartedAgain() async throws {
        try await self.withFile { path in
            let alice = try principal("alice")
            let first = MemoryBackend(journal: self.journal(path), now: { .seconds(1000) })
            try await first.ports.revocations.revoke(alice.tokenID, of: alice.user, expiresAt: 2000)
            let second = MemoryBackend(journal: self.journal(path), now: { .seconds(1001) })
            try second.load()
            let verdict = try await second.ports.admission.admit(AdmissionRequest(principal: alice))
            #expect(verdict == .revoked)
        }
    }
}
