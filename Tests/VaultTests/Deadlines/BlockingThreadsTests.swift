import Testing

@testable import Vault

struct BlockingThreadsTests {
    private let gate = Gate()

    @Test func threadsAreStuckWhenAllJobsAreOld() async throws {
        let threads = BlockingThreads("test", count: 2)
        self.gate.close()
        let now = ContinuousClock.now
        threads.enqueue { self.gate.pass() }
        await self.gate.waitForHeld(1)
        threads.check(at: now + .seconds(60), limit: .seconds(10))
        #expect(!threads.isStuck)
        threads.enqueue { self.gate.pass() }
        await self.gate.waitForHeld(2)
        threads.check(at: now + .seconds(65), limit: .seconds(10))
        #expect(!threads.isStuck)
        threads.check(at: now + .seconds(70), limit: .seconds(10))
        #expect(threads.isStuck)
        self.gate.open()
        let answer = try await threads.run { 1 }
        #expect(answer == 1)
        threads.check(at: now + .seconds(71), limit: .seconds(10))
        #expect(!threads.isStuck)
    }

    @Test func noJobWaitsBehindOneThatDoesNotEnd() async throws {
        let threads = BlockingThreads("test", count: 2)
        self.gate.close()
        threads.enqueue { self.gate.pass() }
        await self.gate.waitForHeld(1)
        for index in 0..<100 {
            let answer = try await threads.run { index }
            #expect(answer == index)
        }
        self.gate.open()
    }
}
