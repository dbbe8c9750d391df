internal import Synchronization

/// How a read learns that its caller needs it no more: by its task, which is cancelled, or by what watches the caller.
final class ReadCancellation: Sendable {
    private struct State {
        var call: (any TimedCall)?
        var isCancelled = false
    }

    /// Whether the caller has gone, without its task being cancelled.
    let watch: (@Sendable () -> Bool)?
    private let state = Mutex(State())

    init(watch: (@Sendable () -> Bool)?) { self.watch = watch }

    var isCancelled: Bool { self.state.withLock { $0.isCancelled } }

    /// Notes that a read is about to wait or run.
    ///
    /// - Returns: whether the task has been cancelled before.
    func begin(_ call: any TimedCall) -> Bool {
        self.state.withLock { state in
            state.call = call
            return state.isCancelled
        }
    }

    /// - Returns: the read that waits or runs, or is about to.
    func cancel() -> (any TimedCall)? {
        self.state.withLock { state in
            state.isCancelled = true
            return state.call
        }
    }
}
