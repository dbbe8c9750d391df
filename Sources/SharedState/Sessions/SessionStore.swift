public import Identity

/// The sessions of all users, the same on every worker.
///
/// Every method throws ``SharedStateError`` with `.unavailable` when the state cannot be asked; a session that could
/// not be looked up is never reported as unknown.
public protocol SessionStore: Sendable {
    /// Opens a session for a user, and ends the user's oldest past the bound.
    func create(for user: UserID, client: SessionClient) async throws -> Session

    /// The session of that name, or `nil` when there is none.
    func session(_ id: SessionID) async throws -> Session?

    /// The live sessions of a user, last used first.
    func sessions(of user: UserID) async throws -> [Session]

    /// Ends a session of this user.
    func end(_ id: SessionID, of user: UserID) async throws -> SessionEnding
}

/// What became of an attempt to end a session.
public enum SessionEnding: Sendable, Hashable {
    /// It was the user's own and is gone.
    case ended
    /// There is no such session.
    case unknown
    /// It is another user's and was left alone.
    case foreign
}
