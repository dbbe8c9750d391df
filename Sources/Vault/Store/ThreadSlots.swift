/// A place for a thread; with each thread that leaves it the generation grows.
struct ThreadSlot {
    let index: Int
    let generation: Int
}

/// Which jobs the threads of ``BlockingThreads`` run, and which wait.
struct ThreadSlots<Job> {
    typealias Entry = (job: Job, share: ThreadShare)

    private struct Slot {
        /// The share of the job that runs.
        var share = ThreadShare.all
        /// The last check before the job began.
        var began: ContinuousClock.Instant
        var isIdle = true
        /// How many threads have left the slot.
        var generation = 0
    }

    private var slots: [Slot]
    private(set) var idle: [Int]
    private var pending = [JobQueue<Job>](repeating: JobQueue(), count: ThreadShare.allCases.count)
    /// How many jobs of each share run in slots.
    private var running = [Int](repeating: 0, count: ThreadShare.allCases.count)
    /// How many jobs run on threads that have left their slots.
    private var outside = 0
    private var checked: ContinuousClock.Instant

    init(count: Int, at now: ContinuousClock.Instant) {
        self.slots = [Slot](repeating: Slot(began: now), count: count)
        self.idle = Array((0..<count).reversed())
        self.checked = now
    }

    mutating func append(_ job: Job, _ share: ThreadShare) { self.pending[share.rawValue].append(job) }

    /// Takes the next job for an idle slot.
    mutating func begin(on slot: Int) -> Entry? {
        guard let entry = self.take(for: slot) else { return nil }
        self.slots[slot].isIdle = false
        if self.idle.last == slot { self.idle.removeLast() } else { self.idle.removeAll { $0 == slot } }
        return entry
    }

    subscript(slot: Int) -> ThreadSlot { ThreadSlot(index: slot, generation: self.slots[slot].generation) }

    /// Ends a job.
    ///
    /// - Parameter slot: as it was when the job's thread came to it.
    /// - Returns: the next one for the same thread.
    mutating func next(on slot: ThreadSlot) -> Entry? {
        guard slot.generation == self.slots[slot.index].generation else {
            self.outside -= 1
            return nil
        }
        self.running[self.slots[slot.index].share.rawValue] -= 1
        if let entry = self.take(for: slot.index) { return entry }
        self.makeIdle(slot.index)
        return nil
    }

    private mutating func take(for slot: Int) -> Entry? {
        guard let share = self.nextShare, let job = self.pending[share.rawValue].popFirst() else { return nil }
        self.running[share.rawValue] += 1
        self.slots[slot].share = share
        self.slots[slot].began = self.checked
        return (job, share)
    }

    private mutating func makeIdle(_ slot: Int) {
        self.slots[slot].isIdle = true
        self.idle.append(slot)
    }

    // MARK: Shares

    /// Short jobs go first, but each share has a thread if it needs one.
    private var nextShare: ThreadShare? {
        if self.running[ThreadShare.heavy.rawValue] == 0, self.isReady(.heavy) { return .heavy }
        if self.running[ThreadShare.allButOne.rawValue] == 0, self.isReady(.allButOne) { return .allButOne }
        if self.isReady(.all) { return .all }
        if self.isReady(.allButOne) { return .allButOne }
        return self.isReady(.heavy) ? .heavy : nil
    }

    private func isReady(_ share: ThreadShare) -> Bool {
        !self.pending[share.rawValue].isEmpty && self.hasThread(for: share)
    }

    private func hasThread(for share: ThreadShare) -> Bool {
        let count = self.slots.count
        let small = self.running[ThreadShare.heavy.rawValue]
        let both = self.running[ThreadShare.allButOne.rawValue] + small
        return switch share {
        case .all: true
        case .allButOne: both < share.most(of: count)
        case .heavy:
            both < ThreadShare.allButOne.most(of: count) && small < share.most(of: count)
        }
    }

    // MARK: Checks

    /// - Returns: the slots whose jobs began before the check before, but for those of heavy users, which stay.
    mutating func check(at now: ContinuousClock.Instant) -> [Int] {
        let before = self.checked
        self.checked = max(before, now)
        return self.slots.indices.filter {
            !self.slots[$0].isIdle && self.slots[$0].share != .heavy && self.slots[$0].began < before
        }
    }

    /// Has the thread of a slot go on outside of it, which a few may: half as many as there are slots.
    ///
    /// - Returns: whether the slot is idle now.
    mutating func release(_ slot: Int) -> Bool {
        guard self.outside < max(self.slots.count / 2, 1) else { return false }
        self.running[self.slots[slot].share.rawValue] -= 1
        self.outside += 1
        self.slots[slot].generation += 1
        self.makeIdle(slot)
        return true
    }

    /// Whether all slots have run their jobs for so long.
    func areOld(_ limit: Duration, at now: ContinuousClock.Instant) -> Bool {
        self.idle.isEmpty && self.slots.allSatisfy { $0.began + limit <= now }
    }
}
