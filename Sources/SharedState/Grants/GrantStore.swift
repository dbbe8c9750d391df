package import Identity

/// What users have allowed clients.
///
/// Throws ``SharedStateError`` when the state is unavailable.
package protocol GrantStore: Sendable {
    /// Keeps what a code stands for, for 60 seconds.
    ///
    /// - Parameter secret: the code, of which only a digest is kept.
    func save(_ code: AuthorizationCode, secret: String) async throws

    /// Redeems a code, once.
    func redeem(_ secret: String) async throws -> CodeRedemption

    /// Opens a grant; past 100 of a user the least recently used one is revoked.
    ///
    /// - Returns: whether it is open; not so where it was revoked before, by itself or with everything that its user had
    ///   allowed up to when it was ``Grant/created``.
    func open(_ grant: Grant) async throws -> Bool

    /// Exchanges a refresh token of a grant for the next one.
    ///
    /// - Parameter clientID: a client other than the grant's is answered as if the grant did not exist.
    /// - Parameter scopes: the scopes that are requested; empty for all.
    func rotate(_ token: RefreshToken, clientID: String, scopes: ScopeSet) async throws -> GrantRotation

    /// The live grants of a user, last used first.
    func grants(of user: UserID) async throws -> [Grant]

    /// Revokes a grant with all its tokens, on every worker from the next request on.
    ///
    /// - Parameter now: seconds since 1970.
    func revokeGrant(_ id: String, of user: UserID, now: Int64) async throws
}

extension GrantStore {
    /// How many grants a user may have.
    static var mostGrants: Int { 100 }
}
