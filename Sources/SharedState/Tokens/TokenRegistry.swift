package import Identity

/// The tokens that were issued to users, so that they can be listed and revoked.
///
/// A token is valid without an entry; it is only not listed. Throws ``SharedStateError`` when the state is unavailable.
package protocol TokenRegistry: Sendable {
    /// Adds a token to the list of its user.
    func add(_ token: TokenRecord, of user: UserID) async throws

    /// The user's tokens that have not expired, newest first.
    func tokens(of user: UserID) async throws -> [TokenRecord]

    /// Removes a token from the list; returns what was known of it.
    func remove(_ id: String, of user: UserID) async throws -> TokenRecord?

    /// Records when a token was used, if it is listed.
    func used(_ id: String, of user: UserID, at second: Int64) async throws
}
