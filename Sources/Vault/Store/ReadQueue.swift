internal import Synchronization

/// The reads of one user, of which a few run at a time.
///
/// Reads that have to wait, such as for another worker's commit, do not occupy the threads of all users. Long reads
/// leave a thread to those of other users, and of a user who has occupied threads without a break all reads do.
final class ReadQueue: Sendable {
    /// How many reads of a user run at a time, each with a connection of its own.
    static let width = 2
    /// How many short reads a thread runs for one user before those of others.
    private static let batch = 32

    typealias Job = @Sendable (_ slot: Int) -> Void

    private let threads: BlockingThreads
    private let state = Mutex(State())

    init(threads: BlockingThreads) { self.threads = threads }

    /// Runs a job when a slot is free.
    ///
    /// - Parameter call: the call that the job answers; it expires at once where no slot will be free.
    func add(_ call: (any TimedCall)? = nil, _ cost: ReadCost? = nil, _ job: @escaping Job) {
        let (drain, isRefused) = self.state.withLock { state -> (Drain?, Bool) in
            if call != nil, self.threads.isStuck || state.isOverdue { return (nil, true) }
            return (state.append(Entry(call: call, cost: cost, run: job)), false)
        }
        if isRefused { call?.expire() }
        if let drain { self.begin(drain) }
    }

    /// Looks at the calls that run.
    ///
    /// - Parameter stopsAll: whether all of them have to end.
    /// - Returns: whether ``expire(at:abandon:)`` or ``stop(interrupting:)`` has anything to do.
    func check(at now: ContinuousClock.Instant, stopsAll: Bool = false) -> Bool {
        self.state.withLock { $0.check(at: now, stopsAll: stopsAll) }
    }

    /// Ends the waiting for calls whose deadlines have passed; those that have not begun never run.
    ///
    /// - Parameter abandon: called with each of the others; has it expire.
    func expire(at now: ContinuousClock.Instant, abandon: (any TimedCall) -> Void) {
        let (dropped, abandoned) = self.state.withLock { $0.expire(at: now) }
        for entry in dropped { entry.call?.expire() }
        for call in abandoned { abandon(call) }
    }

    /// Interrupts the calls that have to end, and ends those whose callers have gone before they began.
    ///
    /// - Parameter interrupt: called with their slots, none of which goes on to another call meanwhile. An interrupt
    ///   between two statements has no effect, so that it is repeated with every check.
    /// - Returns: why, for each call once.
    func stop(interrupting interrupt: (Int) -> Void) -> [StopReason] {
        let (abandoned, reasons) = self.state.withLock { state in
            for slot in state.slots.indices where state.slots[slot].stop != nil { interrupt(slot) }
            return (state.removeAbandoned(), state.reportStops())
        }
        for call in abandoned { call.cancel() }
        return reasons + abandoned.map { _ in .disconnect }
    }

    /// Ends a call whose caller has gone.
    ///
    /// - Parameter interrupt: called with its slot where it runs.
    /// - Returns: whether it had not begun, and never will.
    func cancel(_ call: any TimedCall, interrupting interrupt: (Int) -> Void) -> Bool {
        self.state.withLock { state in
            if state.remove(call) { return true }
            if let slot = state.slots.firstIndex(where: { $0.call === call }) {
                state.slots[slot].stop = .shutdown
                interrupt(slot)
            }
            return false
        }
    }

    private func begin(_ drain: Drain) {
        self.threads.enqueue(drain.share) { self.work(drain) }
    }

    /// Whether a turn goes on with another read; one for long reads only where nothing else waits for the thread or slot.
    private func goesOn(_ drain: Drain) -> Bool {
        !drain.isLong || (!self.threads.hasPending && self.state.withLock { !$0.hasShort })
    }

    private func work(_ drain: Drain) {
        let checks = self.threads.checkCount
        var count = 0
        repeat {
            switch self.state.withLock({ $0.step(drain, isFirst: count == 0) }) {
            case .run(let entry, let other):
                if let other { self.begin(other) }
                entry.run(drain.slot)
            case .end(let next):
                if let next { self.begin(next) }
                return
            }
            count += 1
        } while count < Self.batch && checks == self.threads.checkCount && self.goesOn(drain)
        if let next = self.state.withLock({ $0.end(drain) }) { self.begin(next) }
    }
}
