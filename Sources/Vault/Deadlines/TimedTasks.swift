internal import Synchronization

/// The tasks whose callers wait until a deadline.
final class TimedTasks: Sendable {
    private let calls = Mutex<[ObjectIdentifier: any TimedCall]>([:])

    /// Runs work in a task of its own, and waits for it until a deadline.
    ///
    /// - Throws: what the work throws; ``VaultError/Code/unavailable`` once the deadline has passed.
    func run<Value: Sendable>(
        until deadline: ContinuousClock.Instant,
        _ work: @escaping @Sendable (TimedTask<Value>) async throws -> Value
    ) async throws -> Value {
        let call = TimedTask<Value>(deadline: deadline)
        self.calls.withLock { $0[ObjectIdentifier(call)] = call }
        defer { self.calls.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(call)) } }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { call.start($0, work) }
        } onCancel: {
            call.cancel()
        }
    }

    func expire(at now: ContinuousClock.Instant) {
        let expired = self.calls.withLock { calls in calls.values.filter { $0.deadline <= now } }
        for call in expired { call.expire() }
    }
}
