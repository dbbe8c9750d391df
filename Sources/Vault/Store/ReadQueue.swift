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

    fileprivate struct Entry {
        let call: (any TimedCall)?
        let run: Job
    }

    private struct State {
        var free = Array((0..<ReadQueue.width).reversed())
        var pending: [Entry] = []
        var next = 0
        /// The call that runs in each slot.
        var running = [(any TimedCall)?](repeating: nil, count: ReadQueue.width)
        /// Whether the caller of the call that runs in a slot no longer waits for it.
        var isOverdue = [Bool](repeating: false, count: ReadQueue.width)

        mutating func take(_ slot: Int) -> Entry? {
            self.isOverdue[slot] = false
            self.running[slot] = nil
            guard self.next < self.pending.count else { return nil }
            let job = self.pending[self.next]
            self.running[slot] = job.call
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

        func hasExpired(at now: ContinuousClock.Instant) -> Bool {
            self.pending[self.next...].contains { $0.isExpired(at: now) } || !self.expiredSlots(at: now).isEmpty
        }

        func expiredSlots(at now: ContinuousClock.Instant) -> [Int] {
            self.running.indices.filter { slot in
                guard let call = self.running[slot], !self.isOverdue[slot] else { return false }
                return call.deadline <= now
            }
        }
    }

    private let threads: BlockingThreads
    private let state = Mutex(State())

    init(threads: BlockingThreads) { self.threads = threads }

    /// Runs a job when a slot is free.
    ///
    /// - Parameter call: the call that the job answers; it expires at once where no slot will be free.
    func add(_ call: (any TimedCall)? = nil, _ job: @escaping Job) {
        let (slot, isRefused) = self.state.withLock { state -> (Int?, Bool) in
            if call != nil, self.threads.isStuck || state.isOverdue.allSatisfy({ $0 }) { return (nil, true) }
            state.pending.append(Entry(call: call, run: job))
            return (state.free.popLast(), false)
        }
        if isRefused { call?.expire() }
        if let slot { self.threads.enqueue { self.drain(slot) } }
    }

    /// Whether ``expire(at:abandon:)`` has anything to do.
    func hasExpired(at now: ContinuousClock.Instant) -> Bool { self.state.withLock { $0.hasExpired(at: now) } }

    /// Ends the waiting for calls whose deadlines have passed; those that have not begun never run.
    ///
    /// - Parameter abandon: called with each of the others; has it expire.
    func expire(at now: ContinuousClock.Instant, abandon: (any TimedCall) -> Void) {
        let (dropped, abandoned) = self.state.withLock { state in
            let pending = state.pending[state.next...]
            let dropped = pending.filter { $0.isExpired(at: now) }
            if !dropped.isEmpty {
                state.pending = pending.filter { !$0.isExpired(at: now) }
                state.next = 0
            }
            let slots = state.expiredSlots(at: now)
            for slot in slots { state.isOverdue[slot] = true }
            return (dropped, slots.compactMap { state.running[$0] })
        }
        for entry in dropped { entry.call?.expire() }
        for call in abandoned { abandon(call) }
    }

    private func drain(_ slot: Int) {
        let checks = self.threads.checkCount
        for _ in 0..<Self.batch where checks == self.threads.checkCount {
            let entry = self.state.withLock { state in
                let entry = state.take(slot)
                if entry == nil { state.free.append(slot) }
                return entry
            }
            guard let entry else { return }
            entry.run(slot)
        }
        self.threads.enqueue { self.drain(slot) }
    }
}

extension ReadQueue.Entry {
    fileprivate func isExpired(at now: ContinuousClock.Instant) -> Bool {
        self.call.map { $0.deadline <= now } ?? false
    }
}
