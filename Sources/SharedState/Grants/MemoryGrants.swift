import Identity

/// The grants in memory with the numbers of their refresh tokens.
struct MemoryGrants {
    private struct Entry {
        var grant: Grant
        var number = 0
        var rotated: Int64 = 0
        var until: Int64
    }

    private var byUser: [UserID: [String: Entry]] = [:]

    mutating func open(_ grant: Grant, at seconds: Int64) {
        self.byUser[grant.user, default: [:]][grant.id] = Entry(
            grant: grant,
            until: seconds + Lifetimes.grant.wholeSeconds
        )
    }

    /// The grants of a user that have not expired, last used first.
    func live(of user: UserID, at seconds: Int64) -> [Grant] {
        (self.byUser[user] ?? [:]).values.filter { $0.until > seconds }.map(\.grant)
            .sorted { ($0.lastUsed, $0.id) > ($1.lastUsed, $1.id) }
    }

    /// Exchanges a refresh token of a grant for the next one.
    mutating func rotate(_ token: RefreshToken, at seconds: Int64) -> GrantRotation {
        guard var entry = self.byUser[token.user]?[token.grant] else { return .ended }
        if token.number < entry.number {
            let isGraced =
                token.number == entry.number - 1 && seconds - entry.rotated <= Lifetimes.rotationGrace.wholeSeconds
            return isGraced ? .rotated(number: entry.number, entry.grant) : .reused
        }
        entry.number = token.number + 1
        entry.rotated = seconds
        entry.grant.lastUsed = seconds
        entry.until = seconds + Lifetimes.grant.wholeSeconds
        self.byUser[token.user]?[token.grant] = entry
        return .rotated(number: entry.number, entry.grant)
    }

    mutating func remove(_ id: String, of user: UserID) {
        self.byUser[user]?[id] = nil
    }

    mutating func sweep(at seconds: Int64) {
        self.byUser = self.byUser.mapValues { $0.filter { $0.value.until > seconds } }.filter { !$0.value.isEmpty }
    }
}
