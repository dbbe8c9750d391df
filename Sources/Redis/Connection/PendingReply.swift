import NIOCore
import Synchronization

/// A sent command whose reply has not arrived.
struct PendingReply: Sendable {
    typealias Outcome = Result<RedisValue, RedisError>

    enum Receiver: Sendable {
        /// A task that sent one command.
        case task(CheckedContinuation<Outcome, Never>)
        /// A task that sent several, and the index of this one.
        case batch(ReplyBatch, index: Int)
        /// A PING whose reply is discarded.
        case none
    }

    let receiver: Receiver
    let deadline: NIODeadline

    func complete(_ outcome: Outcome) {
        switch self.receiver {
        case .task(let continuation): continuation.resume(returning: outcome)
        case .batch(let batch, let index): batch.complete(outcome, at: index)
        case .none: break
        }
    }
}

/// The replies to several commands of one task.
final class ReplyBatch: Sendable {
    private struct State {
        var outcomes: [PendingReply.Outcome?]
        var missing: Int
    }

    private let state: Mutex<State>
    private let continuation: CheckedContinuation<[PendingReply.Outcome], Never>

    init(count: Int, continuation: CheckedContinuation<[PendingReply.Outcome], Never>) {
        self.state = Mutex(State(outcomes: Array(repeating: nil, count: count), missing: count))
        self.continuation = continuation
    }

    func complete(_ outcome: PendingReply.Outcome, at index: Int) {
        let complete = self.state.withLock { state -> [PendingReply.Outcome]? in
            state.outcomes[index] = outcome
            state.missing -= 1
            return state.missing == 0 ? state.outcomes.compactMap { $0 } : nil
        }
        if let complete { self.continuation.resume(returning: complete) }
    }
}
