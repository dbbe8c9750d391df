internal import Files
internal import Logging

/// Write locks on a volume that several machines share: a lease, and a stage folder that fences its late holders off.
extension VaultStore {
    private enum Outcome<Value: Sendable>: Sendable {
        case done(Value)
        /// Another worker has the lease, or the volume does not show its writes yet; nothing was changed.
        case lost
    }

    /// Runs work under the lease of a vault; to be called by one task of the worker at a time.
    ///
    /// - Returns: what the work returned, and whether what it changed is published.
    func leasing<Value: Sendable>(
        _ entry: VaultEntry,
        _ sharing: VolumeSharing,
        _ body: @escaping HeldWork<Value>
    ) async throws -> (value: Value, isPublished: Bool) {
        let clock = ContinuousClock()
        let deadline = clock.now + self.configuration.lockTimeout
        while clock.now < deadline {
            guard let lease = try await sharing.coordinator.acquire(entry.user.id) else {
                try await clock.sleep(for: .microseconds(Int.random(in: 2000...8000)))
                continue
            }
            let turn = WriteTurn(lease, of: entry.user, coordinator: sharing.coordinator)
            let renewal = Task { try await turn.keepRenewing() }
            let result: Result<Outcome<Value>, any Error>
            do {
                if sharing.hasOwnIndexes || sharing.look == .names {
                    try await self.catchUpIndex(entry, sharing, to: turn)
                }
                result = .success(try await self.writeThreads.run { try self.run(turn, entry, sharing, body) })
            } catch {
                result = .failure(error)
            }
            renewal.cancel()
            let isPublished = await self.finish(turn, entry, sharing)
            if case .done(let value) = try result.get() { return (value, isPublished) }
            try await clock.sleep(for: .milliseconds(10))
        }
        throw VaultError(.unavailable, "another worker is writing to the vault")
    }

    private func run<Value: Sendable>(
        _ turn: WriteTurn,
        _ entry: VaultEntry,
        _ sharing: VolumeSharing,
        _ body: HeldWork<Value>
    ) throws -> Outcome<Value> {
        do {
            let vault = try VaultFolder.openOrCreate(entry.user, in: self.vaults.folder, sharing.look)
            let privateFolder = try vault.openOrCreatePrivateFolder()
            if turn.lease.isContinued, entry.stageToken == turn.token {
                try turn.reconcile(with: try StageFolder.open(turn.token, in: privateFolder, sharing.look))
            } else {
                entry.stageToken = nil
                // Another machine may have needed the room.
                entry.hasReserve = false
                try turn.reconcile(with: try self.takeOver(turn, in: privateFolder, sharing.look))
                entry.stageToken = turn.token
            }
            return .done(try body(vault, turn))
        } catch is LeaseLost {
            return .lost
        } catch is StaleNote {
            return .lost
        } catch {
            self.noticeLoss(error)
            throw error
        }
    }

    /// Takes a vault over; on a full volume in the room of the reserve.
    private func takeOver(
        _ turn: WriteTurn,
        in privateFolder: borrowing Folder,
        _ look: FreshLook
    ) throws -> StageFolder {
        do {
            return try StageFolder.takeOver(turn, in: privateFolder, look)
        } catch let error where VaultError.isVolumeFull(error) {
            try privateFolder.remove(Reserve.name)
            return try StageFolder.takeOver(turn, in: privateFolder, look, isFull: true)
        }
    }

    /// Publishes what a turn has changed, and releases its lease.
    ///
    /// - Returns: whether there is nothing left to publish.
    private func finish(_ turn: WriteTurn, _ entry: VaultEntry, _ sharing: VolumeSharing) async -> Bool {
        do {
            guard let (changes, sequence) = turn.unpublished else {
                try await sharing.coordinator.release(entry.user.id)
                return true
            }
            let isPublished = try await sharing.coordinator.publish(
                changes,
                sequence: sequence,
                releasing: true,
                under: turn.lease,
                of: entry.user.id
            )
            if isPublished {
                entry.applyOwn(sequence)
                self.published(entry)?.add(changes, sequence: sequence)
            }
            return isPublished
        } catch {
            self.logger.warning("Could not publish the changes of a vault", metadata: ["error": "\(error)"])
            return turn.unpublished == nil
        }
    }

    /// Takes a vault over, without the caller, whose notes are not on the volume as they were published.
    ///
    /// Its last holder may have died in a change; as long as no other worker writes, none would find out.
    func takeOverLater(_ entry: VaultEntry) {
        guard entry.beginTakeOver() else { return }
        Task {
            defer { entry.endTakeOver() }
            do {
                try await self.holding(entry.user) { _, _ in }
            } catch {
                self.logger.debug("A vault was not taken over", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Publishes what a turn could not: the next turn notices it by the numbers.
    ///
    /// Waits for one attempt, so that other workers see what this one acknowledges; further ones follow without the
    /// caller, as the change is made and must not be reported as failed.
    func publishLater(_ user: UserFolder) async {
        do {
            try await self.holding(user) { _, _ in }
        } catch {
            Task {
                for _ in 0..<600 {
                    do {
                        try await Task.sleep(for: .seconds(1))
                        return try await self.holding(user) { _, _ in }
                    } catch {
                        self.logger.debug("A vault's changes are not published yet", metadata: ["error": "\(error)"])
                    }
                }
            }
        }
    }
}
