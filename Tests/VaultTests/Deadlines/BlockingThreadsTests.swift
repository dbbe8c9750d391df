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
        // The first one has left its place.
        threads.enqueue { self.gate.pass() }
        await self.gate.waitForHeld(3)
        threads.check(at: now + .seconds(70), limit: .seconds(10))
        #expect(!threads.isStuck)
        threads.check(at: now + .seconds(75), limit: .seconds(10))
        #expect(threads.isStuck)
        self.gate.open()
        let answer = try await threads.run { 1 }
        #expect(answer == 1)
        threads.check(at: now + .seconds(76), limit: .seconds(10))
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
            threads.enqueue(.heavy) { self.gate.pass() }
        }
        await self.gate.waitForHeld(3)
        let answer = try await threads.run { 1 }
        #expect(answer == 1)
        #expect(self.gate.passes == 3)
        self.gate.open()
        while self.gate.passes < 20 { await Task.yield() }
    }

    @Test func jobsOfUsersWhoOccupyThreadsTakeAQuarter() async throws {
        let threads = BlockingThreads("test", count: 8)
        self.gate.close()
        for _ in 0..<10 { threads.enqueue(.heavy) { self.gate.pass() } }
        await self.gate.waitForHeld(2)
        let isLong = Gate()
        threads.enqueue(.allButOne) { isLong.pass() }
        while isLong.passes == 0 { await Task.yield() }
        #expect(self.gate.passes == 2)
        self.gate.open()
        while self.gate.passes < 10 { await Task.yield() }
    }

    @Test func aLongJobLeavesItsPlace() async throws {
        let threads = BlockingThreads("test", count: 2)
        self.gate.close()
        let now = ContinuousClock.now
        async let long = threads.run {
            self.gate.pass()
            return "long"
        }
        await self.gate.waitForHeld(1)
        threads.check(at: now + .milliseconds(250), limit: .seconds(10))
        threads.check(at: now + .milliseconds(500), limit: .seconds(10))
        // Both places are free for jobs that run at the same time.
        let both = Gate()
        both.close()
        for _ in 0..<2 { threads.enqueue { both.pass() } }
        await both.waitForHeld(2)
        both.open()
        self.gate.open()
        #expect(try await long == "long")
    }

    @Test func atMostHalfOfTheThreadsLeaveTheirPlaces() async throws {
        let threads = BlockingThreads("test", count: 4)
        self.gate.close()
        for _ in 0..<20 { threads.enqueue { self.gate.pass() } }
        await self.gate.waitForHeld(4)
        let now = ContinuousClock.now
        for number in 1...9 { threads.check(at: now + .milliseconds(250 * number), limit: .seconds(10)) }
        await self.gate.waitForHeld(6)
        #expect(self.gate.passes == 6)
        self.gate.open()
        while self.gate.passes < 20 { await Task.yield() }
    }

    @Test func jobsOfHeavyUsersThatLeftTheirPlacesCount() async throws {
        let threads = BlockingThreads("test", count: 4)
        self.gate.close()
        for _ in 0..<3 { threads.enqueue(.heavy) { self.gate.pass() } }
        await self.gate.waitForHeld(1)
        let now = ContinuousClock.now
        for number in 1...9 { threads.check(at: now + .milliseconds(250 * number), limit: .seconds(10)) }
        #expect(try await threads.run { 1 } == 1)
        #expect(self.gate.passes == 1)
        self.gate.open()
        while self.gate.passes < 3 { await Task.yield() }
    }
}
