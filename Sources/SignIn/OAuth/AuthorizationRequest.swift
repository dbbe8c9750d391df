import HTTPServer
import Identity
import SharedState

/// A client's request for access to its user's notes (RFC 6749, section 4.1.1, with PKCE and resource indicators).
struct AuthorizationRequest: Sendable {
    let challenge: CodeChallenge
    let scopes: ScopeSet

    /// Validates the parameters whose errors go to the redirect URI, which must be valid already.
    ///
    /// - Throws: ``OAuthFailure``.
    init(_ form: Form, publicURL: PublicURL) throws {
        let names = [
            "response_type", "state", "code_challenge", "code_challenge_method", "scope", "response_mode",
        ]
        if let name = form.repeated(names) { throw OAuthFailure.invalidRequest("'\(name)' is repeated.") }
        guard form["response_type"] == "code" else {
            throw OAuthFailure("unsupported_response_type", "Only the response type 'code' is supported.")
        }
        guard form["response_mode"] ?? "query" == "query" else {
            throw OAuthFailure.invalidRequest("Only the response mode 'query' is supported.")
        }
        guard form["code_challenge_method"] == "S256", let text = form["code_challenge"],
            let challenge = CodeChallenge(text)
        else { throw OAuthFailure.invalidRequest("A code challenge with the method S256 is needed (PKCE).") }
        try Self.check(resources: form.all("resource"), publicURL: publicURL)
        self.challenge = challenge
        self.scopes = try Self.scopes(form["scope"])
    }

    /// Tokens are issued for this server only (RFC 8707).
    static func check(resources: [String], publicURL: PublicURL) throws {
        let own = [publicURL.endpoint, "\(publicURL.endpoint)/", "\(publicURL)", "\(publicURL)/"]
        guard resources.allSatisfy({ own.contains($0) }) else {
            throw OAuthFailure("invalid_target", "The resource of this server is \(publicURL.endpoint).")
        }
    }

    /// The requested scopes; unknown names are ignored if at least one is known.
    ///
    /// - Parameter text: `nil` requests all.
    static func scopes(_ text: String?) throws -> ScopeSet {
        guard let text else { return .all }
        let scopes = ScopeSet(text)
        guard !scopes.isEmpty else {
            throw OAuthFailure("invalid_scope", "The scopes of this server are \(ScopeSet.all.description).")
        }
        return scopes
    }
}
