public import Identity

/// Browsers that are signed in.
///
/// Throws ``SharedStateError`` when the state cannot be asked.
public protocol WebSessionStore: Sendable {
    /// Signs a browser in for 30 days.
    ///
    /// - Returns: the secret for its cookie, of which only a digest is kept.
    func createWebSession(for user: UserID, name: String?) async throws -> String

    /// Who is signed in with that secret; `nil` once that has ended here or everywhere.
    func webSession(_ secret: String) async throws -> WebSession?

    /// Signs a browser out.
    func endWebSession(_ secret: String) async throws
}

/// A browser that is signed in.
public struct WebSession: Sendable, Hashable {
    /// Who is signed in.
    public let user: UserID
    /// What the provider calls the user.
    public let name: String?
    /// When, in seconds since 1970.
    public let created: Int64
    /// What stands for the session where its secret must not be.
    public let digest: String
}
