internal import Dispatch
internal import Synchronization

/// A fixed number of threads for calls that block, so that none blocks the pool that all tasks share.
///
/// Jobs of a share begin in the order they came; none waits behind one that does not end while another thread is free
/// for its share.
final class BlockingThreads: Sendable {
    typealias Job = @Sendable () -> Void

    private struct State {
        var idle: [Int]
        var pending = [JobQueue<Job>](repeating: JobQueue(), count: ThreadShare.allCases.count)
        /// How many jobs of each share run.
        var running = [Int](repeating: 0, count: ThreadShare.allCases.count)
        /// The share of the job that each thread runs.
        var shares: [ThreadShare]
        /// When each thread began its job, as of the last check.
        var began: [ContinuousClock.Instant]
        var checked: ContinuousClock.Instant

        /// Takes the next job for a thread.
        mutating func take(for thread: Int) -> Job? {
            guard let share = self.nextShare, let job = self.pending[share.rawValue].popFirst() else { return nil }
            self.running[share.rawValue] += 1
            self.shares[thread] = share
            self.began[thread] = self.checked
            return job
        }

        mutating func finish(on thread: Int) { self.running[self.shares[thread].rawValue] -= 1 }

        /// Short jobs go first, but each share has a thread if it needs one.
        private var nextShare: ThreadShare? {
            if self.running[ThreadShare.allButTwo.rawValue] == 0, self.isReady(.allButTwo) { return .allButTwo }
            if self.running[ThreadShare.allButOne.rawValue] == 0, self.isReady(.allButOne) { return .allButOne }
            if self.isReady(.all) { return .all }
            if self.isReady(.allButOne) { return .allButOne }
            return self.isReady(.allButTwo) ? .allButTwo : nil
        }

        private func isReady(_ share: ThreadShare) -> Bool {
            !self.pending[share.rawValue].isEmpty && self.hasThread(for: share)
        }

        private func hasThread(for share: ThreadShare) -> Bool {
            let count = self.began.count
            let small = self.running[ThreadShare.allButTwo.rawValue]
            let both = self.running[ThreadShare.allButOne.rawValue] + small
            return switch share {
            case .all: true
            case .allButOne: both < share.most(of: count)
            case .allButTwo: both < ThreadShare.allButOne.most(of: count) && small < share.most(of: count)
            }
        }
    }

    private let queues: [DispatchQueue]
    private let state: Mutex<State>
    private let stuck = Atomic(false)
    private let checks = Atomic(0)
    private let waiting = Atomic(0)

    init(_ name: String, count: Int) {
        self.queues = (0..<count).map { DispatchQueue(label: "carrel.vault.\(name).\($0)") }
        let now = ContinuousClock.now
        let began = [ContinuousClock.Instant](repeating: now, count: count)
        let shares = [ThreadShare](repeating: .all, count: count)
        self.state = Mutex(State(idle: Array((0..<count).reversed()), shares: shares, began: began, checked: now))
    }

    /// Whether every thread has run its job for longer than a call may take.
    var isStuck: Bool { self.stuck.load(ordering: .relaxed) }

    /// How often the threads have been checked; tells without a look at the clock that time has passed.
    var checkCount: Int { self.checks.load(ordering: .relaxed) }

    /// Whether jobs wait for a thread.
    var hasPending: Bool { self.waiting.load(ordering: .relaxed) > 0 }

    /// Finds out whether all threads are stuck.
    func check(at now: ContinuousClock.Instant, limit: Duration) {
        let isStuck = self.state.withLock { state in
            state.checked = max(state.checked, now)
            return state.idle.isEmpty && state.began.allSatisfy { $0 + limit <= now }
        }
        self.stuck.store(isStuck, ordering: .relaxed)
        self.checks.wrappingAdd(1, ordering: .relaxed)
    }

    /// Runs a job on the next thread that is free for its share.
    func enqueue(_ share: ThreadShare = .all, _ job: @escaping Job) {
        let begun: (thread: Int, job: Job)? = self.state.withLock { state in
            state.pending[share.rawValue].append(job)
            guard let thread = state.idle.last, let job = state.take(for: thread) else {
                self.waiting.wrappingAdd(1, ordering: .relaxed)
                return nil
            }
            state.idle.removeLast()
            return (thread, job)
        }
        if let (thread, job) = begun { self.queues[thread].async { self.work(on: thread, job) } }
    }

    private func work(on thread: Int, _ first: @escaping Job) {
        var next: Job? = first
        while let job = next {
            job()
            next = self.take(for: thread)
        }
    }

    private func take(for thread: Int) -> Job? {
        self.state.withLock { state in
            state.finish(on: thread)
            let job = state.take(for: thread)
            if job == nil { state.idle.append(thread) } else { self.waiting.wrappingSubtract(1, ordering: .relaxed) }
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
