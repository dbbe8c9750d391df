public import Identity

/// What users have allowed clients.
///
/// Throws ``SharedStateError`` when the state cannot be asked.
public protocol GrantStore: Sendable {
    /// Keeps what a code stands for, for 60 seconds.
    ///
    /// - Parameter secret: the code, of which only a digest is kept.
    func save(_ code: AuthorizationCode, secret: String) async throws

    /// What a code stands for, and only once.
    func redeem(_ secret: String) async throws -> CodeRedemption

    /// Opens a grant; past 100 of a user the one that was not used for longest ends.
    ///
    /// - Returns: whether it is open; not so where it was ended before, by itself or with all that its user had allowed up
    ///   to when it was ``Grant/created``.
    func open(_ grant: Grant) async throws -> Bool

    /// Takes a refresh token of a grant for the next one.
    ///
    /// - Parameter clientID: whoever is not the grant's client is answered as if there were none.
    /// - Parameter scopes: what is wanted of it; empty for all.
    func rotate(_ token: RefreshToken, clientID: String, scopes: ScopeSet) async throws -> GrantRotation

    /// The grants of a user that have not ended, last used first.
    func grants(of user: UserID) async throws -> [Grant]

    /// Ends a grant with all its tokens, on every worker from the next request on.
    ///
    /// - Parameter now: seconds since 1970.
    func revokeGrant(_ id: String, of user: UserID, now: Int64) async throws
}

/// What became of a code that was shown.
public enum CodeRedemption: Sendable, Hashable {
    /// It is good, and no longer.
    case redeemed(AuthorizationCode)
    /// It was shown before: somebody has stolen it. What came of it should end (RFC 6749, section 4.1.2).
    case replayed(user: UserID, grant: String)
    /// There is none.
    case unknown
}

/// What became of a refresh token that was shown.
public enum GrantRotation: Sendable, Hashable {
    /// It is good; the number is that of the next token.
    case rotated(number: Int, Grant)
    /// It was used before, and not just now: somebody has stolen it. Its grant should end.
    case reused
    /// More is wanted than was allowed; the token is as good as before.
    case exceeded
    /// There is no such grant, or no longer.
    case ended
}

/// How long what belongs to OAuth lives, in seconds.
enum GrantTimes {
    static let login: Int64 = 600
    static let code: Int64 = 60
    /// That a code was used is known for longer than the code.
    static let usedCode: Int64 = 600
    static let newClient: Int64 = 86400
    static let client: Int64 = 90 * 86400
    static let grant: Int64 = 90 * 86400
    /// A token that was just exchanged may be shown again by a client that races with itself.
    static let grace: Int64 = 10
    static let webSession: Int64 = 30 * 86400
    static let mostGrants = 100
}
