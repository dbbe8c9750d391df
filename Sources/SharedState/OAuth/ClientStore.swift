public import Identity

/// The clients that have registered (RFC 7591).
///
/// Throws ``SharedStateError`` when the state cannot be asked.
public protocol ClientStore: Sendable {
    /// Keeps a client, until nobody has asked for it for 90 days.
    func save(_ client: OAuthClient) async throws

    /// The client of that id, or `nil`.
    func client(_ id: String) async throws -> OAuthClient?
}
