package import Identity

/// The clients that have registered (RFC 7591).
///
/// Throws ``SharedStateError`` when the state is unavailable.
package protocol ClientStore: Sendable {
    /// Keeps a client for an hour: most that register are never used.
    func save(_ client: OAuthClient) async throws

    /// The client of that id, or `nil`.
    func client(_ id: String) async throws -> OAuthClient?

    /// Whether it is kept for longer than one that has just registered.
    func isKept(_ id: String) async throws -> Bool

    /// Keeps a client that a user has allowed something, for 90 days from now.
    func keepClient(_ id: String) async throws
}
