/// The authorization behind a code, until it is exchanged for tokens (RFC 6749, section 4.1).
public struct AuthorizationCode: Hashable, Sendable, Codable {
    /// The id of the future grant.
    public let grant: String
    /// The user who consented.
    public let user: String
    /// The client's id.
    public let clientID: String
    /// The client's unverified name.
    public let clientName: String
    /// The redirect URI of the request; `nil` if the request had none.
    public let redirectURI: String?
    /// The PKCE code challenge.
    public let challenge: String
    /// Granted scopes.
    public let scope: String
    /// Time of consent, in seconds since 1970.
    public let allowed: Int64

    /// The authorization of a client by a user.
    public init(
        grant: String,
        user: UserID,
        client: OAuthClient,
        redirectURI: String?,
        challenge: CodeChallenge,
        scopes: ScopeSet,
        allowed: Int64
    ) {
        self.grant = grant
        self.user = user.value
        self.clientID = client.id
        self.clientName = client.name
        self.redirectURI = redirectURI
        self.challenge = challenge.text
        self.scope = scopes.description
        self.allowed = allowed
    }

    enum CodingKeys: String, CodingKey {
        case grant
        case user
        case clientID = "client_id"
        case clientName = "client_name"
        case redirectURI = "redirect_uri"
        case challenge = "code_challenge"
        case scope
        case allowed
    }
}
