internal import Synchronization

/// What this worker keeps of one user's vault while it is in use.
final class VaultEntry: Sendable {
    let user: UserFolder
    let reads: ReadQueue
    let writes = WriteQueue()
    private let state: Mutex<State>

    private struct State {
        var handle: IndexHandle?
        /// Whether the index is damaged and has to be rebuilt.
        var isDamaged = false
        /// How many calls use the entry now.
        var uses = 0
        var lastUse: UInt64 = 0
        var sizeRecorded: ContinuousClock.Instant?
    }

    init(user: UserFolder, threads: BlockingThreads) {
        self.user = user
        self.reads = ReadQueue(threads: threads)
        self.state = Mutex(State())
    }

    var handle: IndexHandle? { self.state.withLock { $0.handle } }
    var isDamaged: Bool { self.state.withLock { $0.isDamaged } }

    /// Notes that a call begins.
    func begin(at tick: UInt64) {
        self.state.withLock { state in
            state.uses += 1
            state.lastUse = tick
        }
    }

    /// Notes that a call has ended.
    ///
    /// - Returns: whether the entry holds nothing that is worth keeping.
    func end() -> Bool {
        self.state.withLock { state in
            state.uses -= 1
            return state.uses == 0 && state.handle == nil
        }
    }

    /// When the entry was last used; `nil` where it is in use, or has no open index.
    var idleSince: UInt64? {
        self.state.withLock { $0.uses == 0 && $0.handle != nil ? $0.lastUse : nil }
    }

    /// Whether the vault's size has not been recorded for a minute; counts as recorded then.
    func isSizeDue(at now: ContinuousClock.Instant) -> Bool {
        self.state.withLock { state in
            if let recorded = state.sizeRecorded, recorded.duration(to: now) < .seconds(60) { return false }
            state.sizeRecorded = now
            return true
        }
    }

    /// Takes the open index into use.
    ///
    /// - Returns: the one before, which calls that still run may use.
    @discardableResult
    func setHandle(_ handle: IndexHandle?) -> IndexHandle? {
        self.state.withLock { state in
            let old = state.handle
            state.handle = handle
            if handle != nil { state.isDamaged = false }
            return old
        }
    }

    /// Forgets an index whose file has been replaced or is damaged.
    func discard(_ handle: IndexHandle, isDamaged: Bool) {
        self.state.withLock { state in
            guard state.handle === handle else { return }
            state.handle = nil
            state.isDamaged = isDamaged
        }
    }

    /// Removes the open index from the entry, unless a call uses it.
    func takeIdleHandle() -> IndexHandle? {
        self.state.withLock { state in
            guard state.uses == 0 else { return nil }
            let handle = state.handle
            state.handle = nil
            return handle
        }
    }
}
