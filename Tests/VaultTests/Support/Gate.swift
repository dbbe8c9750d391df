import Dispatch
import Synchronization

/// Holds threads while it is closed, as a volume does that hangs.
final class Gate: Sendable {
    private struct State {
        var isClosed = false
        var held = 0
        var passes = 0
        var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())
    private let semaphore = DispatchSemaphore(value: 0)

    /// How often it has been passed or is waited at.
    var passes: Int { self.state.withLock { $0.passes } }

    func close() { self.state.withLock { $0.isClosed = true } }

    func open() {
        let held = self.state.withLock { state in
            state.isClosed = false
            defer { state.held = 0 }
            return state.held
        }
        for _ in 0..<held { self.semaphore.signal() }
    }

    func pass() {
        let (isHeld, ready): (Bool, [CheckedContinuation<Void, Never>]) = self.state.withLock { state in
            state.passes += 1
            guard state.isClosed else { return (false, []) }
            state.held += 1
            let ready = state.waiting.filter { $0.count <= state.held }.map(\.continuation)
            state.waiting.removeAll { $0.count <= state.held }
            return (true, ready)
        }
        for continuation in ready { continuation.resume() }
        if isHeld { self.semaphore.wait() }
    }

    /// Waits until a number of threads is held.
    func waitForHeld(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isReady = self.state.withLock { state in
                if state.held >= count { return true }
                state.waiting.append((count, continuation))
                return false
            }
            if isReady { continuation.resume() }
        }
    }
}

/// Repeats a call until it succeeds.
func eventually<Value>(_ call: () async throws -> Value) async -> Value {
    while true {
        do { return try await call() } catch { await Task.yield() }
    }
}
