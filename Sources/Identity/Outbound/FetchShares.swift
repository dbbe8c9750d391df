import Synchronization

/// Bounds the fetches of untrusted URLs in flight: of all, of each user, and of each network of clients.
final class FetchShares: Sendable {
    private struct State {
        var inAll = 0
        /// A user or network without fetches has no entry.
        var byHolder: [Holder: Int] = [:]
    }

    fileprivate enum Holder: Hashable {
        case user(UserID)
        case network(String)

        var most: Int {
            switch self {
            case .user: return 2
            case .network: return 8
            }
        }
    }

    static let mostInAll = 32
    private let state = Mutex(State())

    /// A share for one fetch, held until nothing refers to it any longer.
    ///
    /// - Throws: ``IdentityError`` with `.busy`.
    func take(for requester: FetchRequester) throws -> FetchShare {
        let holders = [.user(requester.user)] + (requester.network.map { [Holder.network($0)] } ?? [])
        try self.state.withLock { state in
            guard state.inAll < Self.mostInAll, holders.allSatisfy({ state.byHolder[$0] ?? 0 < $0.most }) else {
                throw IdentityError(.busy, "Too many client documents are being fetched: try again in a moment.")
            }
            state.inAll += 1
            for holder in holders { state.byHolder[holder, default: 0] += 1 }
        }
        return FetchShare { self.giveBack(holders) }
    }

    private func giveBack(_ holders: [Holder]) {
        self.state.withLock { state in
            state.inAll -= 1
            for holder in holders {
                let count = state.byHolder[holder] ?? 0
                state.byHolder[holder] = count > 1 ? count - 1 : nil
            }
        }
    }
}

/// The share of one fetch, which ends with the last reference: a lookup that outlives its fetch holds it as well.
final class FetchShare: Sendable {
    private let end: @Sendable () -> Void

    init(end: @escaping @Sendable () -> Void) {
        self.end = end
    }

    deinit {
        self.end()
    }
}
