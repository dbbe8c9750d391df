/// A login that has been begun, until the provider sends its user back.
public struct LoginAttempt: Hashable, Sendable, Codable {
    /// Must be in the provider's `id_token`.
    public let nonce: String
    /// The secret behind the code challenge (RFC 7636).
    public let verifier: String
    /// The digest of what the browser has in its cookie.
    public let browser: String
    /// The path that the user goes on to.
    public let next: String

    /// Begins a login.
    ///
    /// - Throws: ``IdentityError`` when the system has no randomness.
    public init(browser: String, next: String) throws {
        self.nonce = try SecureRandom.identifier()
        self.verifier = try SecureRandom.identifier() + SecureRandom.identifier()
        self.browser = browser
        self.next = next
    }
}
