import Identity
import Synchronization

/// The bytes of users' requests and answers that the limit of bytes does not know of yet.
///
/// They are charged with the user's next admission once they are worth it: most admissions neither charge nor ask. What a
/// worker still has when it ends is lost, less than ``least`` and one answer for each user; and so is what a failed
/// admission has taken, as Redis may have counted it.
final class ByteCharges: Sendable {
    private struct Account {
        var bytes = 0
        /// Until then the limit is asked with every admission.
        var until: ContinuousClock.Instant?
    }

    /// Fewer bytes wait for more.
    static let least = 64 << 10
    private static let mostUsers = 10_000
    private let accounts = Mutex<[UserID: Account]>([:])

    func add(_ bytes: Int, to user: UserID) {
        guard bytes > 0 else { return }
        self.accounts.withLock { accounts in
            Self.makeRoom(for: user, in: &accounts)
            accounts[user, default: Account()].bytes += bytes
        }
    }

    /// Notes that a user has passed the limit, or may have, for so long.
    func wait(_ time: Duration, for user: UserID) {
        let until = ContinuousClock.now + time
        self.accounts.withLock { accounts in
            Self.makeRoom(for: user, in: &accounts)
            accounts[user, default: Account()].until = until
        }
    }

    /// Removes the bytes of a user that are to be charged now.
    ///
    /// - Parameter asks: whether the limit is asked in any case.
    /// - Returns: `nil` where it need not be asked.
    func take(of user: UserID, asking asks: Bool) -> Int? {
        self.accounts.withLock { accounts in
            guard let account = accounts[user] else { return asks ? 0 : nil }
            let isOver = account.until.map { $0 > .now } ?? false
            guard asks || isOver || account.bytes >= Self.least else { return nil }
            accounts[user] = isOver ? Account(until: account.until) : nil
            return account.bytes
        }
    }

    /// Past the bound any other user's account goes: it is less than what a user may have on each worker anyway.
    private static func makeRoom(for user: UserID, in accounts: inout [UserID: Account]) {
        guard accounts.count >= Self.mostUsers, accounts[user] == nil else { return }
        accounts.remove(at: accounts.startIndex)
    }
}
