internal import Synchronization

/// One holding of a vault's write lock, and what is changed in it.
final class WriteTurn: Sendable {
    private struct State {
        var lease: WriteLease
        var confirmed: ContinuousClock.Instant
        /// When the work under the lease has last come to a next step.
        var moved: ContinuousClock.Instant
        var isLost = false
        /// The number of the last change that the volume knows of.
        var sequence: Int64 = 0
        var changes: [NoteChange] = []
        /// Whether a number was taken for changes that are not published yet.
        var isAdvanced = false
    }

    let user: UserFolder
    private let coordinator: any VaultCoordinator
    private let state: Mutex<State>

    init(_ lease: WriteLease, of user: UserFolder, coordinator: any VaultCoordinator) {
        self.user = user
        self.coordinator = coordinator
        self.state = Mutex(State(lease: lease, confirmed: .now, moved: .now))
    }

    var lease: WriteLease { self.state.withLock { $0.lease } }
    var token: Int64 { self.lease.token }
    /// The number of the last change that the volume knows of.
    var sequence: Int64 { self.state.withLock { $0.sequence } }

    /// What is to be published, with its number; `nil` where nothing was changed.
    var unpublished: (changes: [NoteChange], sequence: Int64)? {
        self.state.withLock { $0.isAdvanced ? ($0.changes, $0.sequence) : nil }
    }

    /// Takes the next number, for changes that follow.
    ///
    /// - Parameter isGap: whether more than single notes is going to change.
    /// - Returns: the number, to be stored on the volume before anything is changed.
    func advance(isGap: Bool = false) -> Int64 {
        self.state.withLock { state in
            if !state.isAdvanced || isGap { state.sequence += isGap ? 2 : 1 }
            state.isAdvanced = true
            return state.sequence
        }
    }

    /// Gives a number back for which nothing was changed.
    ///
    /// - Returns: the number before it, to be stored on the volume; `nil` where the number was used.
    func retreat() -> Int64? {
        self.state.withLock { state in
            guard state.isAdvanced, state.changes.isEmpty else { return nil }
            state.isAdvanced = false
            state.sequence -= 1
            return state.sequence
        }
    }

    func record(_ change: NoteChange) { self.state.withLock { $0.changes.append(change) } }

    /// Notes that the work under the lease goes on; to be called at least every few seconds.
    func noteProgress() { self.state.withLock { $0.moved = .now } }

    /// Confirms the lease, on a thread that may block, unless that was done a moment ago.
    ///
    /// - Throws: ``LeaseLost``.
    func confirm(within age: Duration = .seconds(1)) throws {
        let (lease, isLost, confirmed) = self.state.withLock { state in
            state.moved = .now
            return (state.lease, state.isLost, state.confirmed)
        }
        if isLost { throw LeaseLost() }
        if confirmed.duration(to: .now) < age { return }
        try self.raise(to: lease.token)
    }

    /// Raises the fencing token beyond those that the volume has seen.
    func raise(to token: Int64) throws {
        let lease = self.lease
        let renewed = try BlockingWait.value { [coordinator, user] in
            try await coordinator.renew(lease, of: user.id, token: token)
        }
        try self.renewed(renewed)
    }

    /// Starts from the last number that the volume or the coordinator knows of.
    ///
    /// Where they differ, one of them has been lost or a change was never published; a holder that did not release its
    /// lease may have made a change until its stage folder was removed. A gap is published at once then.
    func reconcile(with stage: borrowing StageFolder) throws {
        let (volume, published) = (try stage.sequence() ?? 0, self.lease.sequence ?? 0)
        guard volume != published || self.lease.isOrphaned else { return self.start(at: volume) }
        let sequence = max(volume, published) + 2
        self.start(at: sequence)
        try stage.store(sequence)
        let lease = self.lease
        let isPublished = try BlockingWait.value { [coordinator, user] in
            try await coordinator.publish([], sequence: sequence, releasing: false, under: lease, of: user.id)
        }
        guard isPublished else { throw LeaseLost() }
    }

    private func start(at sequence: Int64) { self.state.withLock { $0.sequence = sequence } }

    /// Renews the lease until the task is cancelled or the lease is lost, while the work under it goes on.
    ///
    /// A volume that hangs on this machine must not keep the others from the vault.
    func keepRenewing() async throws {
        while true {
            try await Task.sleep(for: self.coordinator.leaseDuration / 3)
            let (lease, moved) = self.state.withLock { ($0.lease, $0.moved) }
            guard moved.duration(to: .now) < self.coordinator.leaseDuration * 2 / 3 else { continue }
            do {
                try self.renewed(try await self.coordinator.renew(lease, of: self.user.id, token: lease.token))
            } catch is VaultError {
                // The next step of the write confirms the lease, or fails.
                continue
            }
        }
    }

    private func renewed(_ lease: WriteLease?) throws {
        try self.state.withLock { state in
            guard let lease else {
                state.isLost = true
                throw LeaseLost()
            }
            state.lease = lease
            state.confirmed = .now
        }
    }
}
