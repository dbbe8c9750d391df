public import Identity

/// The clients that have registered (RFC 7591).
///
/// Throws ``SharedStateError`` when the state cannot be asked.
public protocol ClientStore: Sendable {
    /// Keeps a client for a day: most that register are never used.
    func save(_ client: OAuthClient) async throws

    /// The client of that id, or `nil`.
    func client(_ id: String) async throws -> OAuthClient?

    /// Keeps a client that a user has let in, until nobody has for 90 days.
    func keepClient(_ id: String) async throws
}
