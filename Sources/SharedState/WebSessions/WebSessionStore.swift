package import Identity

/// Browsers that are signed in.
///
/// Throws ``SharedStateError`` when the state is unavailable.
package protocol WebSessionStore: Sendable {
    /// Opens a browser session for 30 days; past 100 of a user the oldest one ends.
    ///
    /// - Returns: the secret for its cookie, of which only a digest is kept.
    func createWebSession(for user: UserID, name: String?) async throws -> String

    /// The session with that secret; `nil` once it has ended, alone or with all of its user.
    func webSession(_ secret: String) async throws -> WebSession?

    /// Ends the session with that secret.
    func endWebSession(_ secret: String) async throws
}

extension WebSessionStore {
    /// How many browsers a user may be signed in with.
    static var mostOfUser: Int { 100 }
}
