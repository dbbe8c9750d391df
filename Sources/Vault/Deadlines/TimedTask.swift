internal import Synchronization

/// Work in a task of its own, which goes on after its caller has stopped waiting.
final class TimedTask<Value: Sendable>: TimedCall {
    private struct State {
        var continuation: CheckedContinuation<Value, any Error>?
        var task: Task<Void, Never>?
        var hasBegun = false
        var isCancelled = false
        var isExpired = false
    }

    let deadline: ContinuousClock.Instant
    /// Such work is or serves a write, which goes on without its caller.
    var hasCallerGone: Bool { false }
    private let state = Mutex(State())

    init(deadline: ContinuousClock.Instant) { self.deadline = deadline }

    func start(
        _ continuation: CheckedContinuation<Value, any Error>,
        _ work: @escaping @Sendable (TimedTask<Value>) async throws -> Value
    ) {
        self.state.withLock { $0.continuation = continuation }
        let task = Task {
            let result: Result<Value, any Error>
            do { result = .success(try await work(self)) } catch { result = .failure(error) }
            self.answer(result)
        }
        let isCancelled = self.state.withLock { state in
            state.task = task
            return state.isCancelled
        }
        if isCancelled { task.cancel() }
    }

    /// Notes that from now on something may be changed.
    ///
    /// - Throws: ``VaultError/Code/unavailable`` where the caller no longer waits; its error says that nothing was changed.
    func begin() throws {
        try self.state.withLock { state in
            guard !state.isExpired else { throw VaultError.volumeHangs }
            state.hasBegun = true
        }
    }

    func cancel() {
        let task = self.state.withLock { state in
            state.isCancelled = true
            return state.task
        }
        task?.cancel()
    }

    /// Work that has changed nothing yet is cancelled.
    func expire() -> Bool {
        let (continuation, hasBegun) = self.state.withLock { state in
            defer { state.continuation = nil }
            state.isExpired = true
            return (state.continuation, state.hasBegun)
        }
        guard let continuation else { return false }
        if !hasBegun { self.cancel() }
        continuation.resume(throwing: hasBegun ? VaultError.outcomeUnknown : VaultError.volumeHangs)
        return true
    }

    private func answer(_ result: Result<Value, any Error>) {
        let continuation = self.state.withLock { state in
            defer { state.continuation = nil }
            return state.continuation
        }
        continuation?.resume(with: result)
    }
}
