internal import Dispatch
internal import Synchronization

/// Runs the probe of the volume on a thread of its own, one at a time.
final class VolumeProbe: Sendable {
    private struct State {
        /// The number of the probe that runs or has run last.
        var number = 0
        var isRunning = false
        var isOverdue = false
        var waiting: [CheckedContinuation<Void, any Error>] = []
    }

    private enum Step {
        case start(Int)
        case join
        case refuse
    }

    private let patience: DispatchTimeInterval
    private let queue = DispatchQueue(label: "carrel.vault.probe")
    private let timers = DispatchQueue(label: "carrel.vault.probe.timer")
    private let state = Mutex(State())

    init(patience: DispatchTimeInterval = .milliseconds(1500)) { self.patience = patience }

    /// Runs a probe, or waits for the one that runs.
    ///
    /// - Throws: what the probe throws; ``VaultError/Code/unavailable`` where it takes too long, and at once while such
    ///   a one still runs.
    func run(_ probe: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation { continuation in
            let step: Step = self.state.withLock { state in
                if state.isOverdue { return .refuse }
                state.waiting.append(continuation)
                if state.isRunning { return .join }
                state.isRunning = true
                state.number += 1
                return .start(state.number)
            }
            switch step {
            case .refuse: continuation.resume(throwing: Self.overdue)
            case .join: break
            case .start(let number):
                self.queue.async { self.finish(Result { try probe() }) }
                self.timers.asyncAfter(deadline: .now() + self.patience) { self.expire(number) }
            }
        }
    }

    /// How many calls wait for the probe.
    var waitingCount: Int { self.state.withLock { $0.waiting.count } }

    private static var overdue: VaultError { VaultError(.unavailable, "the volume does not answer") }

    private func finish(_ result: Result<Void, any Error>) {
        let waiting = self.state.withLock { state in
            state.isRunning = false
            state.isOverdue = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(with: result) }
    }

    private func expire(_ number: Int) {
        let waiting: [CheckedContinuation<Void, any Error>] = self.state.withLock { state in
            guard state.isRunning, state.number == number else { return [] }
            state.isOverdue = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(throwing: Self.overdue) }
    }
}
