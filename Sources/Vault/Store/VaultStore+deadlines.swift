internal import Dispatch
internal import Logging
internal import Synchronization

/// Deadlines of calls: a system call on a volume that hangs cannot be interrupted, so its caller stops waiting for it.
extension VaultStore {
    private static let checkInterval: DispatchTimeInterval = .milliseconds(250)
    /// How long the indexes may take to close.
    private static let closeTimeout: Duration = .seconds(5)

    /// Runs work on an entry in a task of its own, and waits for it until the deadline of a write.
    ///
    /// The work goes on where the caller stops waiting, and uses the entry until it ends.
    ///
    /// - Throws: ``VaultError/Code/unavailable`` once the deadline has passed, and at once where no thread will be free.
    func timing<Value: Sendable>(
        _ entry: VaultEntry,
        _ work: @escaping @Sendable (TimedTask<Value>) async throws -> Value
    ) async throws -> Value {
        guard !self.writeThreads.isStuck else { throw VaultError.volumeHangs }
        self.entries.retain(entry)
        return try await self.tasks.run(until: .now + self.configuration.writeTimeout) { call in
            defer { self.end(entry) }
            return try await work(call)
        }
    }

    /// Checks deadlines from now on, for as long as the store exists.
    func scheduleChecks() {
        self.checks.asyncAfter(deadline: .now() + Self.checkInterval) { [weak self] in
            guard let self else { return }
            self.checkDeadlines(at: .now)
            self.scheduleChecks()
        }
    }

    /// Ends the waiting for calls whose deadlines have passed.
    func checkDeadlines(at now: ContinuousClock.Instant) {
        self.readThreads.check(at: now, limit: self.configuration.readTimeout)
        self.writeThreads.check(at: now, limit: self.configuration.writeTimeout)
        self.tasks.expire(at: now)
        let stopsAll = self.drainEnd.withLock { $0.map { $0 <= now } ?? false }
        if stopsAll { self.drained.store(true, ordering: .relaxed) }
        for entry in self.entries.retain(where: { $0.reads.check(at: now, stopsAll: stopsAll) }) {
            for reason in entry.reads.stop(interrupting: { entry.handle?.interrupt($0) }) {
                self.metrics.countStopped(reason)
            }
            entry.reads.expire(at: now) { call in
                // The read goes on, and uses the entry until it ends.
                self.entries.retain(entry)
                if !call.expire() { self.end(entry) }
            }
            self.end(entry)
        }
    }

    /// Ends all reads after some time, and refuses those that come later with ``VaultError/Code/unavailable``.
    ///
    /// A client may have many of them in one request, which would hold up the end of the process.
    package func drain(within patience: Duration) {
        self.drainEnd.withLock { $0 = ContinuousClock.now + patience }
    }

    /// Waits for the calls that run, and closes all indexes.
    ///
    /// Calls that come after it are refused with ``VaultError/Code/unavailable``. Calls on a volume that hangs are not
    /// waited for.
    package func close() async {
        do {
            try await self.tasks.run(until: .now + Self.closeTimeout) { _ in
                let handles = await self.entries.close()
                try await self.writeThreads.run { self.close(handles) }
            }
        } catch {
            self.logger.warning("Left indexes open", metadata: ["error": "\(error)"])
        }
    }
}
