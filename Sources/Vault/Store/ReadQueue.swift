internal import Synchronization

/// The reads of one user, of which a few run at a time.
///
/// Reads that have to wait, such as for another worker's commit, do not occupy the threads of all users.
final class ReadQueue: Sendable {
    /// How many reads of a user run at a time, each with a connection of its own.
    static let width = 2
    /// How many reads a thread runs for one user before those of others.
    private static let batch = 32

    typealias Job = @Sendable (_ slot: Int) -> Void

    private struct State {
        var free = Array((0..<ReadQueue.width).reversed())
        var pending: [Job] = []
        var next = 0

        mutating func take() -> Job? {
            guard self.next < self.pending.count else { return nil }
            let job = self.pending[self.next]
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

    private let threads: BlockingThreads
    private let state = Mutex(State())

    init(threads: BlockingThreads) { self.threads = threads }

    func add(_ job: @escaping Job) {
        let slot: Int? = self.state.withLock { state in
            state.pending.append(job)
            return state.free.popLast()
        }
        if let slot { self.threads.enqueue { self.drain(slot) } }
    }

    private func drain(_ slot: Int) {
        for _ in 0..<Self.batch {
            let job = self.state.withLock { state in
                let job = state.take()
                if job == nil { state.free.append(slot) }
                return job
            }
            guard let job else { return }
            job(slot)
        }
        self.threads.enqueue { self.drain(slot) }
    }
}
