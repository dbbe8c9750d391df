internal import Synchronization

/// Where the task of a read that is cancelled finds the read.
final class ReadCancellation: Sendable {
    private struct State {
        var call: (any TimedCall)?
        var isCancelled = false
    }

    private let state = Mutex(State())

    /// Notes that a read waits or runs.
    ///
    /// - Returns: whether the task has been cancelled before.
    func begin(_ call: any TimedCall) -> Bool {
        self.state.withLock { state in
            state.call = call
            return state.isCancelled
        }
    }

    /// - Returns: the read that waits or runs.
    func cancel() -> (any TimedCall)? {
        self.state.withLock { state in
            state.isCancelled = true
            return state.call
        }
    }
}
