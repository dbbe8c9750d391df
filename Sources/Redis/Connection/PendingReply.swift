import NIOCore
import Synchronization

/// A command that waits for its reply.
struct PendingReply: Sendable {
    typealias Outcome = Result<RedisValue, RedisError>

    /// Who is told.
    enum Receiver: Sendable {
        /// A task that sent one command.
        case task(CheckedContinuation<Outcome, Never>)
        /// A task that sent several, by the place of this one among them.
        case batch(ReplyBatch, place: Int)
        /// Nobody: that there is a reply is enough.
        case nobody
    }

    let receiver: Receiver
    let deadline: NIODeadline

    func complete(_ outcome: Outcome) {
        switch self.receiver {
        case .task(let continuation): continuation.resume(returning: outcome)
        case .batch(let batch, let place): batch.complete(outcome, at: place)
        case .nobody: break
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

    func complete(_ outcome: PendingReply.Outcome, at place: Int) {
        let complete = self.state.withLock { state -> [PendingReply.Outcome]? in
            state.outcomes[place] = outcome
            state.missing -= 1
            return state.missing == 0 ? state.outcomes.compactMap { $0 } : nil
        }
        if let complete { self.continuation.resume(returning: complete) }
    }
}
