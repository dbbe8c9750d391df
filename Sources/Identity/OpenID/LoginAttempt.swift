/// A pending login, until the provider redirects the browser back.
public struct LoginAttempt: Hashable, Sendable, Codable {
    /// Expected in the id token.
    public let nonce: String
    /// PKCE code verifier (RFC 7636).
    public let verifier: String
    /// Digest of the browser's cookie.
    public let browser: String
    /// Path to redirect to after the login.
    public let next: String

    /// Generates nonce and verifier.
    ///
    /// - Throws: ``IdentityError`` without randomness.
    public init(browser: String, next: String) throws {
        self.nonce = try SecureRandom.identifier()
        self.verifier = try SecureRandom.identifier() + SecureRandom.identifier()
        self.browser = browser
        self.next = next
    }
}
