import Synchronization
import Testing

@testable import Vault

@Suite struct QueueTests {
    /// Records jobs and the most that ran concurrently.
    private final class Record: Sendable {
        struct State {
            var order: [Int] = []
            var running: Set<Int> = []
            var most = 0
            var doubles = 0
        }

        let state = Mutex(State())

        func run(_ index: Int, in slot: Int = 0) {
            self.state.withLock { state in
                state.order.append(index)
                if !state.running.insert(slot).inserted { state.doubles += 1 }
                state.most = max(state.most, state.running.count)
            }
            self.state.withLock { _ = $0.running.remove(slot) }
        }
    }

    @Test func writesRunInTheOrderTheyCame() async throws {
        let queue = WriteQueue()
        let record = Record()
        try await queue.acquire()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<50 {
                group.addTask {
                    try await queue.acquire()
                    record.run(index)
                    queue.release()
                }
                while queue.waitingCount <= index { await Task.yield() }
            }
            queue.release()
            try await group.waitForAll()
        }
        let end = record.state.withLock { $0 }
        #expect(end.order == Array(0..<50))
        #expect(end.most == 1)
    }

    @Test func noMoreReadsRunThanThereAreSlots() async throws {
        let queue = ReadQueue(threads: BlockingThreads("test", count: 8))
        let record = Record()
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<2000 {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        queue.add { slot in
                            record.run(index, in: slot)
                            continuation.resume()
                        }
                    }
                }
            }
        }
        let end = record.state.withLock { $0 }
        #expect(end.order.count == 2000)
        #expect(end.most <= ReadQueue.width)
        #expect(end.doubles == 0)
    }

    @Test func shortAndLongReadsTakeTurns() async throws {
        let queue = ReadQueue(threads: BlockingThreads("test", count: 4))
        let gate = Gate()
        gate.close()
        let long = ReadCost(limit: nil, isLong: true, endsWithCaller: false)
        for _ in 0..<10 { queue.add(nil, long) { _ in gate.pass() } }
        await gate.waitForHeld(2)
        let short = Gate()
        for _ in 0..<10 { queue.add { _ in short.pass() } }
        #expect(short.passes == 0)
        gate.open()
        while gate.passes < 10 || short.passes < 10 { await Task.yield() }
        // All slots are free again.
        let answer = await withCheckedContinuation { continuation in
            queue.add { continuation.resume(returning: $0) }
        }
        #expect((0..<ReadQueue.width).contains(answer))
    }

    @Test func aJobQueueKeepsTheOrder() {
        var queue = JobQueue<Int>()
        var taken: [Int] = []
        for index in 0..<1000 {
            queue.append(index)
            if index % 3 != 0, let job = queue.popFirst() { taken.append(job) }
        }
        let removed = queue.remove { $0 % 2 == 0 }
        while let job = queue.popFirst() { taken.append(job) }
        #expect(queue.isEmpty)
        #expect(taken == taken.sorted())
        #expect(Set(taken + removed).count == 1000)
    }

    @Test func anErrorOfAJobReachesTheCaller() async throws {
        let threads = BlockingThreads("test", count: 2)
        let error = try await failure { try await threads.run { throw VaultError(.notFound, "x") } }
        #expect(error?.code == .notFound)
        let sums = try await withThrowingTaskGroup(of: Int.self) { group in
            for index in 0..<100 { group.addTask { try await threads.run { index } } }
            return try await group.reduce(0, +)
        }
        #expect(sums == 4950)
    }
}
