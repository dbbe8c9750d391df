internal import Synchronization

/// The writes of one user within this worker, first come, first served.
final class WriteQueue: Sendable {
    private struct State {
        var isHeld = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        var yieldingUntil: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    /// Waits until all earlier writes have called ``release()``.
    func acquire() async {
        await withCheckedContinuation { continuation in
            let isFree = self.state.withLock { state in
                if state.isHeld {
                    state.waiting.append(continuation)
                    return false
                }
                state.isHeld = true
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    func release() {
        let next: CheckedContinuation<Void, Never>? = self.state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isHeld = false
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }

    /// How many writes wait.
    var waitingCount: Int { self.state.withLock { $0.waiting.count } }

    /// Until when another worker that waits for the lock goes first; `nil` where none waits.
    var yieldingUntil: ContinuousClock.Instant? {
        get { self.state.withLock { $0.yieldingUntil } }
        set { self.state.withLock { $0.yieldingUntil = newValue } }
    }
}
