public import Identity

/// The tokens that were made for users, so that they can be listed and revoked.
///
/// A token needs no entry here to be good; one without is only not listed. Throws ``SharedStateError`` when the state
/// cannot be asked.
public protocol TokenRegistry: Sendable {
    /// Adds a token to its user's.
    func add(_ token: TokenRecord, of user: UserID) async throws

    /// The user's tokens that have not expired, newest first.
    func tokens(of user: UserID) async throws -> [TokenRecord]

    /// Forgets a token; gives what was known of it, or `nil`.
    func remove(_ id: String, of user: UserID) async throws -> TokenRecord?

    /// Notes when tokens were used; those that are not listed are left out.
    func used(_ id: String, of user: UserID, at second: Int64) async throws
}
