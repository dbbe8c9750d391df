import Identity

/// A revocation, as it is in the journal.
enum Revocation: Hashable, Sendable {
    /// One token, by the digest of its id, until it expires.
    case token(id: String, user: UserID, expiresAt: Int64)
    /// All of a user's tokens that were issued in or before a second.
    case all(user: UserID, issuedUpTo: Int64)

    var user: UserID {
        switch self {
        case .token(_, let user, _), .all(let user, _): return user
        }
    }

    /// Whether it is still in effect.
    func holds(at second: Int64) -> Bool {
        guard case .token(_, _, let end) = self else { return true }
        return end > second
    }

    /// The latest for each token and each user, in their order.
    static func strongest(_ revocations: [Revocation]) -> [Revocation] {
        var places: [String: Int] = [:]
        var kept: [Revocation] = []
        for revocation in revocations {
            guard let place = places[revocation.subject] else {
                places[revocation.subject] = kept.count
                kept.append(revocation)
                continue
            }
            if revocation.time > kept[place].time { kept[place] = revocation }
        }
        return kept
    }

    private var subject: String {
        switch self {
        case .token(let id, let user, _): return "\(user) \(id)"
        case .all(let user, _): return user.value
        }
    }

    private var time: Int64 {
        switch self {
        case .token(_, _, let end): return end
        case .all(_, let second): return second
        }
    }

    /// The line in the journal, without its end.
    var line: String {
        switch self {
        case .token(let id, let user, let end): return "token \(end) \(user) \(id)"
        case .all(let user, let second): return "all \(second) \(user)"
        }
    }

    /// Parses a line; `nil` for one that is incomplete or unknown.
    init?(_ line: Substring) {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count >= 3, let number = Int64(words[1]), let user = Self.user(words[2]) else { return nil }
        switch (words[0], words.count) {
        case ("token", 4) where !words[3].isEmpty:
            self = .token(id: String(words[3]), user: user, expiresAt: number)
        case ("all", 3): self = .all(user: user, issuedUpTo: number)
        default: return nil
        }
    }

    private static func user(_ text: Substring) -> UserID? {
        do {
            return try UserID(String(text))
        } catch {
            return nil
        }
    }
}
