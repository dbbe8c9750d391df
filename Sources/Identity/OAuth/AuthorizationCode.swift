/// What a user has allowed a client, until the client fetches its tokens (RFC 6749, section 4.1).
public struct AuthorizationCode: Hashable, Sendable, Codable {
    /// The id of the grant that will come of it.
    public let grant: String
    /// Who allows it.
    public let user: String
    /// The client's id.
    public let clientID: String
    /// What the client calls itself.
    public let clientName: String
    /// Where the code was sent, as the request named it; `nil` where it named nothing.
    public let redirectURI: String?
    /// The client's challenge.
    public let challenge: String
    /// What is allowed.
    public let scope: String
    /// When it was allowed, in seconds since 1970.
    public let allowed: Int64

    /// Describes a code.
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
