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

    @Test func jobsThatMayTakeLongLeaveAThread() async throws {
        let threads = BlockingThreads("test", count: 4)
        self.gate.close()
        for _ in 0..<10 {
            threads.enqueue(.allButOne) { self.gate.pass() }
            threads.enqueue(.allButTwo) { self.gate.pass() }
        }
        await self.gate.waitForHeld(3)
        let answer = try await threads.run { 1 }
        #expect(answer == 1)
        #expect(self.gate.passes == 3)
        self.gate.open()
        while self.gate.passes < 20 { await Task.yield() }
    }

    @Test func jobsOfUsersWhoOccupyThreadsLeaveTwo() async throws {
        let threads = BlockingThreads("test", count: 4)
        self.gate.close()
        for _ in 0..<10 { threads.enqueue(.allButTwo) { self.gate.pass() } }
        await self.gate.waitForHeld(2)
        let isLong = Gate()
        threads.enqueue(.allButOne) { isLong.pass() }
        while isLong.passes == 0 { await Task.yield() }
        #expect(self.gate.passes == 2)
        self.gate.open()
        while self.gate.passes < 10 { await Task.yield() }
    }
}
