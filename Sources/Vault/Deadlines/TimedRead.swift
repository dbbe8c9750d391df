internal import Synchronization

/// A read that waits for its turn or runs on a thread.
final class TimedRead<Value: Sendable>: TimedCall {
    let deadline: ContinuousClock.Instant
    private let continuation: CheckedContinuation<Value, any Error>
    private let watch: (@Sendable () -> Bool)?
    private let isAnswered = Atomic(false)

    /// - Parameter watch: whether the caller has gone.
    init(
        _ continuation: CheckedContinuation<Value, any Error>,
        deadline: ContinuousClock.Instant,
        watch: (@Sendable () -> Bool)? = nil
    ) {
        self.continuation = continuation
        self.deadline = deadline
        self.watch = watch
    }

    var hasCallerGone: Bool { self.watch?() ?? false }

    /// - Returns: whether the caller still waited.
    func answer(_ result: Result<Value, any Error>) -> Bool {
        guard !self.isAnswered.exchange(true, ordering: .acquiringAndReleasing) else { return false }
        self.continuation.resume(with: result)
        return true
    }

    func expire() -> Bool { self.answer(.failure(VaultError.volumeHangs)) }

    func cancel() { _ = self.answer(.failure(VaultError.callerGone)) }
}
