internal import Dispatch
internal import Synchronization

/// A fixed number of threads for calls that block, so that none blocks the pool that all tasks share.
///
/// Jobs begin in the order they came; none waits behind one that does not end while another thread is free.
final class BlockingThreads: Sendable {
    typealias Job = @Sendable () -> Void

    private struct State {
        var idle: [Int]
        var pending: [Job?] = []
        var next = 0
        /// When each thread began its job, as of the last check.
        var began: [ContinuousClock.Instant]
        var checked: ContinuousClock.Instant

        mutating func take() -> Job? {
            guard self.next < self.pending.count else { return nil }
            // What the job holds is released with it.
            let job = self.pending[self.next].take()
            self.next += 1
            if self.next == self.pending.count {
                self.pending.removeAll(keepingCapacity: self.next <= 64)
                self.next = 0
            } else if self.next >= 256 {
                // Jobs that have run are removed in batches.
                self.pending.removeFirst(self.next)
                self.next = 0
            }
            return job
        }
    }

    private let queues: [DispatchQueue]
    private let state: Mutex<State>
    private let stuck = Atomic(false)
    private let checks = Atomic(0)

    init(_ name: String, count: Int) {
        self.queues = (0..<count).map { DispatchQueue(label: "carrel.vault.\(name).\($0)") }
        let now = ContinuousClock.now
        let began = [ContinuousClock.Instant](repeating: now, count: count)
        self.state = Mutex(State(idle: Array((0..<count).reversed()), began: began, checked: now))
    }

    /// Whether every thread has run its job for longer than a call may take.
    var isStuck: Bool { self.stuck.load(ordering: .relaxed) }

    /// How often the threads have been checked; tells without a look at the clock that time has passed.
    var checkCount: Int { self.checks.load(ordering: .relaxed) }

    /// Finds out whether all threads are stuck.
    func check(at now: ContinuousClock.Instant, limit: Duration) {
        let isStuck = self.state.withLock { state in
            state.checked = max(state.checked, now)
            return state.idle.isEmpty && state.began.allSatisfy { $0 + limit <= now }
        }
        self.stuck.store(isStuck, ordering: .relaxed)
        self.checks.wrappingAdd(1, ordering: .relaxed)
    }

    /// Runs a job on the next thread that is free.
    func enqueue(_ job: @escaping Job) {
        let thread: Int? = self.state.withLock { state in
            state.pending.append(job)
            guard let thread = state.idle.popLast() else { return nil }
            state.began[thread] = state.checked
            return thread
        }
        if let thread { self.queues[thread].async { self.work(on: thread) } }
    }

    private func work(on thread: Int) {
        while let job = self.take(for: thread) { job() }
    }

    private func take(for thread: Int) -> Job? {
        self.state.withLock { state in
            let job = state.take()
            if job == nil { state.idle.append(thread) } else { state.began[thread] = state.checked }
            return job
        }
    }

    /// Runs a job and waits for what it returns.
    ///
    /// - Throws: ``VaultError``.
    func run<Value: Sendable>(_ job: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            self.enqueue {
                continuation.resume(with: Result { try job() }.mapError { VaultError(describing: $0) as any Error })
            }
        }
    }
}
