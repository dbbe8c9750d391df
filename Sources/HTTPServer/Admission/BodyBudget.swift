import Identity
import Synchronization

/// Bounds the bytes of the request bodies that a worker holds: of each user, of each address, and of all together.
///
/// A user or an address also holds no more than remains free, so that a few with long bodies leave room for others.
package final class BodyBudget: Sendable {
    /// The most bytes at a time.
    package struct Limits: Sendable {
        package let perUser: Int
        package let perAddress: Int
        package let perWorker: Int

        package init(perUser: Int = 16 << 20, perAddress: Int = 32 << 20, perWorker: Int = 128 << 20) {
            self.perUser = perUser
            self.perAddress = perAddress
            self.perWorker = perWorker
        }
    }

    /// The sender of a body.
    enum Sender: Hashable {
        case user(UserID)
        /// The key of an address.
        case address(String)
    }

    /// Why a body may not be read now.
    enum Shortage: Error, Hashable {
        case ofUser
        case ofAddress
        /// All bodies together, or less would remain free than the sender holds.
        case ofWorker
    }

    private let limits: Limits
    private let inAll = Atomic(0)
    /// A sender without bytes has no entry.
    private let bySender = Mutex<[Sender: Int]>([:])

    package init(_ limits: Limits = Limits()) {
        self.limits = limits
    }

    /// The bytes that are held now.
    package var held: Int { self.inAll.load(ordering: .relaxed) }

    /// Takes the bytes of a short body, which are no sender's.
    func take(_ bytes: Int) throws(Shortage) {
        let (_, now) = self.inAll.add(bytes, ordering: .relaxed)
        guard now > self.limits.perWorker else { return }
        self.giveBack(bytes)
        throw .ofWorker
    }

    func giveBack(_ bytes: Int) {
        self.inAll.subtract(bytes, ordering: .relaxed)
    }

    /// Takes bytes, and counts each sender's as its own; all or none.
    func take(_ bytes: Int, of senders: [Sender: Int]) throws(Shortage) {
        try self.bySender.withLock { held throws(Shortage) in
            let free = self.limits.perWorker - self.inAll.load(ordering: .relaxed) - bytes
            for (sender, own) in senders {
                let wanted = own + (held[sender] ?? 0)
                switch sender {
                case .user: if wanted > self.limits.perUser { throw .ofUser }
                case .address: if wanted > self.limits.perAddress { throw .ofAddress }
                }
                if wanted > free { throw .ofWorker }
            }
            try self.take(bytes)
            for (sender, own) in senders { held[sender, default: 0] += own }
        }
    }

    func giveBack(_ bytes: Int, of senders: [Sender: Int]) {
        self.giveBack(bytes)
        self.bySender.withLock { held in
            for (sender, own) in senders {
                let left = (held[sender] ?? 0) - own
                held[sender] = left > 0 ? left : nil
            }
        }
    }
}
