package import Identity

/// Tokens that are refused though their signature is valid, on every worker from the next request on.
package protocol RevocationList: Sendable {
    /// Revokes one token until it would have expired anyway.
    ///
    /// - Parameters:
    ///   - credentialID: the id that revokes the token: that of its grant or family, or its `jti`, or its SHA-256.
    ///   - expiresAt: the token's `exp`, seconds since 1970.
    func revoke(_ credentialID: String, of user: UserID, expiresAt: Int64) async throws

    /// Revokes every token of a user that was issued in or before a second.
    ///
    /// - Parameter second: seconds since 1970; an earlier one than is already set changes nothing.
    func revokeAll(of user: UserID, issuedUpTo second: Int64) async throws
}
