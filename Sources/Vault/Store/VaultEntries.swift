internal import Synchronization

/// The vaults in use, and a bounded number of the most recently used.
final class VaultEntries: Sendable {
    fileprivate struct State {
        var entries: [UserFolder: VaultEntry] = [:]
        var tick: UInt64 = 0
        var uses = 0
        var isClosed = false
        var closing: [CheckedContinuation<Void, Never>] = []
    }

    private let limit: Int
    private let threads: BlockingThreads
    private let state = Mutex(State())

    init(limit: Int, threads: BlockingThreads) {
        self.limit = max(limit, 1)
        self.threads = threads
    }

    /// The entry of a user, for one call; to be followed by ``end(_:)``.
    func begin(_ user: UserFolder) throws -> VaultEntry {
        try self.state.withLock { state in
            guard !state.isClosed else { throw VaultError(.unavailable, "the vaults are being closed") }
            state.tick += 1
            state.uses += 1
            let entry = state.entries[user] ?? VaultEntry(user: user, threads: self.threads)
            state.entries[user] = entry
            entry.begin(at: state.tick)
            return entry
        }
    }

    /// Notes one more use of an entry that is in use; to be followed by ``end(_:)``.
    func retain(_ entry: VaultEntry) {
        self.state.withLock { state in
            state.uses += 1
            entry.begin(at: state.tick)
        }
    }

    /// The entries in use that fulfil a condition, each for one use more.
    func retain(where condition: (VaultEntry) -> Bool) -> [VaultEntry] {
        self.state.withLock { state in
            let entries = state.entries.values.filter { $0.isInUse && condition($0) }
            for entry in entries { entry.begin(at: state.tick) }
            state.uses += entries.count
            return entries
        }
    }

    /// Ends a call.
    ///
    /// - Returns: the open indexes beyond the limit, least recently used first, for the caller to close.
    func end(_ entry: VaultEntry) -> [IndexHandle] {
        let (surplus, closing): ([IndexHandle], [CheckedContinuation<Void, Never>]) = self.state.withLock { state in
            state.uses -= 1
            if entry.end() { state.entries[entry.user] = nil }
            let surplus = state.takeSurplus(beyond: self.limit)
            guard state.isClosed, state.uses == 0 else { return (surplus, []) }
            defer { state.closing = [] }
            return (surplus, state.closing)
        }
        for continuation in closing { continuation.resume() }
        return surplus
    }

    /// Refuses further calls, waits for those that run, and hands out all open indexes for the caller to close.
    func close() async -> [IndexHandle] {
        await withCheckedContinuation { continuation in
            let isIdle = self.state.withLock { state in
                state.isClosed = true
                if state.uses > 0 { state.closing.append(continuation) }
                return state.uses == 0
            }
            if isIdle { continuation.resume() }
        }
        return self.state.withLock { state in
            let handles = state.entries.values.compactMap { $0.takeIdleHandle() }
            state.entries = [:]
            return handles
        }
    }

    /// How many indexes are open.
    var openCount: Int { self.state.withLock { $0.entries.values.count { $0.handle != nil } } }
}

extension VaultEntries.State {
    fileprivate mutating func takeSurplus(beyond limit: Int) -> [IndexHandle] {
        guard self.entries.count > limit else { return [] }
        let open = self.entries.values.count { $0.handle != nil }
        guard open > limit else { return [] }
        let idle = self.entries.values.compactMap { entry in entry.idleSince.map { (since: $0, entry: entry) } }
        var handles: [IndexHandle] = []
        for (_, entry) in idle.sorted(by: { $0.since < $1.since }).prefix(open - limit) {  // bounded: a list
            if let handle = entry.takeIdleHandle() { handles.append(handle) }
            self.entries[entry.user] = nil
        }
        return handles
    }
}
