package import Identity

/// The sessions of all users, the same on every worker.
///
/// Every method throws ``SharedStateError`` with `.unavailable` when the state is unavailable; a session that could
/// not be looked up is never reported as unknown.
package protocol SessionStore: Sendable {
    /// Opens a session for a user, and ends the user's least recently used one past the bound.
    func create(for user: UserID, client: SessionClient) async throws -> Session

    /// The session of that name, or `nil` when there is none.
    func session(_ id: SessionID) async throws -> Session?

    /// The live sessions of a user, last used first.
    func sessions(of user: UserID) async throws -> [Session]

    /// Ends a session of this user.
    func end(_ id: SessionID, of user: UserID) async throws -> SessionEnding
}
