package import Identity

/// The outcome of redeeming a code.
package enum CodeRedemption: Sendable, Hashable {
    /// The code was valid, and is no longer.
    case redeemed(AuthorizationCode)
    /// The code was redeemed before, so it was stolen: its grant should be revoked (RFC 6749, section 4.1.2).
    case replayed(user: UserID, grant: String)
    /// There is no such code.
    case unknown
}
