import Identity
import Synchronization

/// The bytes of the budget that one request's body takes, from before it is read until nothing refers to it.
package final class BodyShare: Sendable {
    private struct Taken {
        var bytes = 0
        var senders: [BodyBudget.Sender: Int] = [:]
    }

    private let budget: BodyBudget
    private let taken = Mutex(Taken())

    /// - Parameter address: the key of the client's address; `nil` for one that is not limited.
    init(_ budget: BodyBudget, bytes: Int, address: String?) throws(BodyBudget.Shortage) {
        self.budget = budget
        let senders = address.map { [BodyBudget.Sender.address($0): bytes] } ?? [:]
        try budget.take(bytes, of: senders)
        self.taken.withLock { $0 = Taken(bytes: bytes, senders: senders) }
    }

    /// Takes as many bytes more as the body is longer than was known, and counts all of them as the user's.
    func grow(to bytes: Int, of user: UserID) throws(BodyBudget.Shortage) {
        try self.taken.withLock { taken throws(BodyBudget.Shortage) in
            let more = max(0, bytes - taken.bytes)
            let ofUser = max(0, bytes - (taken.senders[.user(user)] ?? 0))
            guard more > 0 || ofUser > 0 else { return }
            var senders = taken.senders.mapValues { _ in more }
            senders[.user(user)] = ofUser
            try self.budget.take(more, of: senders)
            taken.bytes += more
            taken.senders.merge(senders) { $0 + $1 }
        }
    }

    deinit { self.end() }

    /// Gives all back.
    func end() {
        let taken = self.taken.withLock { taken in
            defer { taken = Taken() }
            return taken
        }
        self.budget.giveBack(taken.bytes, of: taken.senders)
    }
}
