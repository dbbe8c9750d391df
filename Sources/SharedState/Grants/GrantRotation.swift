package import Identity

/// The outcome of rotating a refresh token.
package enum GrantRotation: Sendable, Hashable {
    /// The token was valid; the number is that of the next token.
    case rotated(number: Int, Grant)
    /// The token was rotated before the grace, so it was stolen: its grant should be revoked.
    case reused
    /// More was requested than was allowed; the token is still valid.
    case exceeded
    /// There is no such grant, or no longer.
    case ended
}
