internal import CLinux
internal import Dispatch
internal import Synchronization

/// A fixed number of threads for calls that block, so that none blocks the pool that all tasks share.
///
/// Jobs of a share begin in the order they came; none waits behind one that does not end while another thread is free
/// for its share. A few jobs that are seen at two checks go on outside, and leave their places to others.
final class BlockingThreads: Sendable {
    typealias Job = @Sendable () -> Void

    private typealias Slots = ThreadSlots<Job>

    private let name: String
    /// The turns of the threads in nanoseconds; 0 for the usual ones.
    private let turns: UInt64
    private let state: Mutex<(slots: Slots, queues: [DispatchQueue])>
    private let stuck = Atomic(false)
    private let checks = Atomic(0)
    private let waiting = Atomic(0)

    /// - Parameter wakesOften: whether most jobs wait for the disk many times, after which they go before threads that
    ///   compute.
    init(_ name: String, count: Int, wakesOften: Bool = false) {
        self.name = name
        self.turns = wakesOften ? 100_000 : 0
        let queues = (0..<count).map { Self.queue(name, $0) }
        self.state = Mutex((Slots(count: count, at: ContinuousClock.now), queues))
    }

    private static func queue(_ name: String, _ slot: Int) -> DispatchQueue {
        DispatchQueue(label: "carrel.vault.\(name).\(slot)")
    }

    /// Whether every thread has run its job for longer than a call may take.
    var isStuck: Bool { self.stuck.load(ordering: .relaxed) }

    /// How often the threads have been checked; tells without a look at the clock that time has passed.
    var checkCount: Int { self.checks.load(ordering: .relaxed) }

    /// Whether jobs wait for a thread.
    var hasPending: Bool { self.waiting.load(ordering: .relaxed) > 0 }

    /// Has jobs leave their places that go on since the check before, and finds out whether all threads are stuck.
    func check(at now: ContinuousClock.Instant, limit: Duration) {
        let isStuck = self.state.withLock { state in
            for slot in state.slots.check(at: now) where state.slots.release(slot) {
                state.queues[slot] = Self.queue(self.name, slot)
                guard let entry = state.slots.begin(on: slot) else { continue }
                self.waiting.wrappingSubtract(1, ordering: .relaxed)
                let place = state.slots[slot]
                state.queues[slot].async { self.work(on: place, entry) }
            }
            return state.slots.areOld(limit, at: now)
        }
        self.stuck.store(isStuck, ordering: .relaxed)
        self.checks.wrappingAdd(1, ordering: .relaxed)
    }

    /// Runs a job on the next thread that is free for its share.
    func enqueue(_ share: ThreadShare = .all, _ job: @escaping Job) {
        let begun: (slot: ThreadSlot, queue: DispatchQueue, entry: Slots.Entry)? = self.state.withLock { state in
            state.slots.append(job, share)
            guard let slot = state.slots.idle.last, let entry = state.slots.begin(on: slot) else {
                self.waiting.wrappingAdd(1, ordering: .relaxed)
                return nil
            }
            return (state.slots[slot], state.queues[slot], entry)
        }
        if let (slot, queue, entry) = begun { queue.async { self.work(on: slot, entry) } }
    }

    private func work(on slot: ThreadSlot, _ first: Slots.Entry) {
        // The thread belongs to Dispatch, and runs other work later.
        if self.turns > 0 { _ = carrel_set_turns(self.turns) }
        defer { if self.turns > 0 { _ = carrel_set_turns(0) } }
        var next: Slots.Entry? = first
        while let entry = next {
            entry.job()
            next = self.next(on: slot)
        }
    }

    private func next(on slot: ThreadSlot) -> Slots.Entry? {
        let next = self.state.withLock { $0.slots.next(on: slot) }
        if next != nil { self.waiting.wrappingSubtract(1, ordering: .relaxed) }
        return next
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
