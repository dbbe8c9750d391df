internal import Synchronization

/// The writes of one user within this worker, first come, first served.
final class WriteQueue: Sendable {
    private struct State {
        var isHeld = false
        var waiting: [(place: UInt64, continuation: CheckedContinuation<Void, any Error>)] = []
        var places: UInt64 = 0
        var yieldingUntil: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    /// Waits until all earlier writes have called ``release()``.
    ///
    /// - Throws: `CancellationError`.
    func acquire() async throws {
        let place = self.state.withLock { state in
            state.places += 1
            return state.places
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { self.wait($0, at: place) }
        } onCancel: {
            self.leave(place)
        }
    }

    private func wait(_ continuation: CheckedContinuation<Void, any Error>, at place: UInt64) {
        let isFree: Result<Bool, any Error> = self.state.withLock { state in
            // Under the lock: a cancellation that comes later finds the place.
            if Task.isCancelled { return .failure(CancellationError()) }
            if state.isHeld {
                state.waiting.append((place, continuation))
                return .success(false)
            }
            state.isHeld = true
            return .success(true)
        }
        switch isFree {
        case .success(true): continuation.resume()
        case .success(false): break
        case .failure(let error): continuation.resume(throwing: error)
        }
    }

    private func leave(_ place: UInt64) {
        let continuation = self.state.withLock { state in
            state.waiting.firstIndex { $0.place == place }.map { state.waiting.remove(at: $0).continuation }
        }
        continuation?.resume(throwing: CancellationError())
    }

    func release() {
        let next: CheckedContinuation<Void, any Error>? = self.state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isHeld = false
                return nil
            }
            return state.waiting.removeFirst().continuation
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
