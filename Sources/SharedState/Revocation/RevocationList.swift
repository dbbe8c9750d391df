public import Identity

/// Tokens that are no longer good though their signature is.
///
/// A revocation holds on every worker from the next request on.
public protocol RevocationList: Sendable {
    /// Revokes one token until it would have expired anyway.
    ///
    /// - Parameters:
    ///   - tokenID: the token's `jti`, or its SHA-256 where it has none.
    ///   - expiresAt: the token's `exp`, seconds since 1970.
    func revoke(_ tokenID: String, of user: UserID, expiresAt: Int64) async throws

    /// Revokes every token of a user that was issued in or before a second.
    ///
    /// - Parameter second: seconds since 1970; an earlier one than is already set changes nothing.
    func revokeAll(of user: UserID, issuedUpTo second: Int64) async throws
}
