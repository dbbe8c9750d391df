internal import GRDB
internal import Synchronization

/// What this worker keeps of one user's vault while it is in use.
final class VaultEntry: Sendable {
    let user: UserFolder
    let reads: ReadQueue
    let writes = WriteQueue()
    let published = PublishedNotes()
    /// Looks at what other machines have changed, one at a time.
    let looks = WriteQueue()
    private let state: Mutex<State>

    private struct State {
        var handle: IndexHandle?
        /// The index that has to be rebuilt, and why.
        var damage: (identity: IndexIdentity, reason: String)?
        var rebuilt: ContinuousClock.Instant?
        /// How many calls use the entry now.
        var uses = 0
        var lastUse: UInt64 = 0
        var sizeRecorded: ContinuousClock.Instant?
        var applied: Int64?
        var stageToken: Int64?
        var hasReserve = false
        var isBeingTakenOver = false
    }

    init(user: UserFolder, threads: BlockingThreads) {
        self.user = user
        self.reads = ReadQueue(threads: threads)
        self.state = Mutex(State())
    }

    var handle: IndexHandle? { self.state.withLock { $0.handle } }

    /// Why an index has to be rebuilt; `nil` where it is another than the one that proved to be damaged.
    func damage(of identity: IndexIdentity?) -> String? {
        self.state.withLock { $0.damage?.identity == identity ? $0.damage?.reason : nil }
    }

    /// Whether an error calls for a rebuild.
    ///
    /// One that may be the statement's own does not within a minute of a rebuild, or each such call would be one.
    func isDamage(_ error: DatabaseError) -> Bool {
        guard error.isDamage, error.resultCode == .SQLITE_ERROR else { return error.isDamage }
        return self.state.withLock { $0.rebuilt.map { $0.duration(to: .now) >= .seconds(60) } ?? true }
    }

    func noteRebuild() { self.state.withLock { $0.rebuilt = .now } }

    /// The number of the last change that this worker sees; `nil` before its first look.
    var applied: Int64? { self.state.withLock { $0.applied } }

    /// Whether this worker sees all changes up to a number; `false` where the number is not given.
    func hasApplied(_ sequence: Int64?) -> Bool {
        guard let sequence, let applied = self.applied else { return false }
        return applied >= sequence
    }

    /// The fencing token whose stage folder this worker has made.
    var stageToken: Int64? {
        get { self.state.withLock { $0.stageToken } }
        set { self.state.withLock { $0.stageToken = newValue } }
    }

    /// Notes that this worker sees all changes up to a number.
    func apply(_ sequence: Int64) { self.state.withLock { $0.applied = max(sequence, $0.applied ?? 0) } }

    /// Notes that this worker has made a change itself; what other workers changed before may be unseen still.
    func applyOwn(_ sequence: Int64) {
        self.state.withLock { state in
            if state.applied == sequence - 1 { state.applied = sequence }
        }
    }

    /// Whether this worker has seen that the vault has its reserve.
    var hasReserve: Bool {
        get { self.state.withLock { $0.hasReserve } }
        set { self.state.withLock { $0.hasReserve = newValue } }
    }

    /// - Returns: whether no take-over runs already.
    func beginTakeOver() -> Bool {
        self.state.withLock { state in
            defer { state.isBeingTakenOver = true }
            return !state.isBeingTakenOver
        }
    }

    func endTakeOver() { self.state.withLock { $0.isBeingTakenOver = false } }

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

    var isInUse: Bool { self.state.withLock { $0.uses > 0 } }

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
            if handle != nil { state.damage = nil }
            return old
        }
    }

    /// Forgets an index whose file has been replaced or is damaged.
    ///
    /// - Parameter damage: why it has to be rebuilt; `nil` where its file has been replaced.
    func discard(_ handle: IndexHandle, damage: String?) {
        self.state.withLock { state in
            guard state.handle === handle else { return }
            state.handle = nil
            state.damage = damage.map { (handle.identity, $0) }
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
