extension ReadQueue {
    struct Entry {
        let call: (any TimedCall)?
        let cost: ReadCost?
        let run: Job

        fileprivate var hasCallerGone: Bool { self.call?.hasCallerGone ?? false }

        fileprivate func isExpired(at now: ContinuousClock.Instant) -> Bool {
            self.call.map { $0.deadline <= now } ?? false
        }

        fileprivate func isOver(at now: ContinuousClock.Instant) -> Bool {
            self.isExpired(at: now) || self.hasCallerGone
        }
    }

    /// A thread's turn to run reads in a slot.
    struct Drain: Sendable {
        let slot: Int
        let isLong: Bool
        let share: ThreadShare
    }

    enum Step {
        /// Run a read, and have another thread run more.
        case run(Entry, Drain?)
        /// Return the thread, and run what waits with its next turn.
        case end(Drain?)
    }

    struct Slot {
        /// The call that runs.
        var call: (any TimedCall)?
        fileprivate var isRunning = false
        fileprivate var limit: Duration?
        /// The first check that has seen it: so that no read needs a look at the clock.
        fileprivate var since: ContinuousClock.Instant?
        /// Whether its caller no longer waits for it.
        fileprivate var isOverdue = false
        /// Why it has to end; `nil` while it may run.
        var stop: StopReason?
        fileprivate var isStopReported = false
    }

    struct State {
        var slots = [Slot](repeating: Slot(), count: ReadQueue.width)
        private var free = Array((0..<ReadQueue.width).reversed())
        private var short = JobQueue<Entry>()
        private var long = JobQueue<Entry>()
        /// Whether a turn for long reads waits for a thread; further ones would take the slots from short reads.
        private var isAwaitingThread = false
        private var load = ReadLoad()

        var hasShort: Bool { !self.short.isEmpty }

        /// Whether no slot will be free.
        var isOverdue: Bool { self.slots.allSatisfy { $0.isOverdue } }
    }
}

extension ReadQueue.State {
    mutating func append(_ entry: ReadQueue.Entry) -> ReadQueue.Drain? {
        let isLong = entry.cost?.isLong ?? false
        if isLong { self.long.append(entry) } else { self.short.append(entry) }
        guard !isLong || !self.isAwaitingThread, let slot = self.free.popLast() else { return nil }
        return self.drain(slot, isLong: isLong)
    }

    private mutating func drain(_ slot: Int, isLong: Bool) -> ReadQueue.Drain {
        if isLong { self.isAwaitingThread = true }
        return ReadQueue.Drain(
            slot: slot,
            isLong: isLong,
            share: self.load.isHeavy ? .heavy : isLong ? .allButOne : .all
        )
    }

    /// - Parameter isFirst: whether the turn has just begun.
    mutating func step(_ drain: ReadQueue.Drain, isFirst: Bool) -> ReadQueue.Step {
        if drain.isLong, isFirst { self.isAwaitingThread = false }
        guard let entry = drain.isLong ? self.long.popFirst() : self.short.popFirst() else {
            return .end(self.end(drain))
        }
        self.slots[drain.slot] = ReadQueue.Slot(call: entry.call, isRunning: true, limit: entry.cost?.limit)
        guard drain.isLong, !self.long.isEmpty, !self.isAwaitingThread, let slot = self.free.popLast() else {
            return .run(entry, nil)
        }
        return .run(entry, self.drain(slot, isLong: true))
    }

    /// Ends a turn.
    ///
    /// - Returns: the next one in the slot: short and long reads take turns.
    mutating func end(_ drain: ReadQueue.Drain) -> ReadQueue.Drain? {
        self.slots[drain.slot] = ReadQueue.Slot()
        let hasLong = !self.long.isEmpty && !self.isAwaitingThread
        let hasShort = !self.short.isEmpty
        guard hasLong || hasShort else {
            self.free.append(drain.slot)
            return nil
        }
        return self.drain(drain.slot, isLong: drain.isLong ? !hasShort : hasLong)
    }

    // MARK: Deadlines

    mutating func check(at now: ContinuousClock.Instant, stopsAll: Bool) -> Bool {
        let isWaiting = !self.short.isEmpty || !self.long.isEmpty
        self.load.note(self.slots.count { $0.isRunning }, isWaiting: isWaiting, at: now)
        for index in self.slots.indices where self.slots[index].isRunning {
            self.slots[index].note(at: now, stopsAll: stopsAll)
        }
        return self.slots.contains { $0.stop != nil || $0.isExpired(at: now) }
            || self.short.contains { $0.isOver(at: now) } || self.long.contains { $0.isOver(at: now) }
    }

    /// The reasons of calls that have to end, each once.
    mutating func reportStops() -> [StopReason] {
        self.slots.indices.compactMap { index in
            guard let reason = self.slots[index].stop, !self.slots[index].isStopReported else { return nil }
            self.slots[index].isStopReported = true
            return reason
        }
    }

    /// Removes calls that have not begun, and whose callers have gone.
    mutating func removeAbandoned() -> [any TimedCall] {
        (self.short.remove { $0.hasCallerGone } + self.long.remove { $0.hasCallerGone }).compactMap(\.call)
    }

    mutating func expire(at now: ContinuousClock.Instant) -> (dropped: [ReadQueue.Entry], abandoned: [any TimedCall]) {
        let dropped = self.short.remove { $0.isExpired(at: now) } + self.long.remove { $0.isExpired(at: now) }
        var abandoned: [any TimedCall] = []
        for index in self.slots.indices where self.slots[index].isExpired(at: now) {
            self.slots[index].isOverdue = true
            if let call = self.slots[index].call { abandoned.append(call) }
        }
        return (dropped, abandoned)
    }

    /// Removes a call that has not begun.
    mutating func remove(_ call: any TimedCall) -> Bool {
        !self.short.remove { $0.call === call }.isEmpty || !self.long.remove { $0.call === call }.isEmpty
    }
}

extension ReadQueue.Slot {
    fileprivate mutating func note(at now: ContinuousClock.Instant, stopsAll: Bool) {
        let since = self.since ?? now
        self.since = since
        guard self.stop == nil else { return }
        if self.call?.hasCallerGone == true {
            self.stop = .disconnect
        } else if let limit = self.limit, stopsAll || since + limit <= now {
            self.stop = stopsAll ? .shutdown : .deadline
        }
    }

    fileprivate func isExpired(at now: ContinuousClock.Instant) -> Bool {
        guard let call = self.call, !self.isOverdue else { return false }
        return call.deadline <= now
    }
}
