/// Whose request it is, as its verified token says.
public struct Principal: Sendable, Hashable {
    /// The user.
    public let user: UserID
    /// What the token allows.
    public let scopes: ScopeSet
    /// The token's `jti`; its SHA-256 in hex where it has none.
    public let tokenID: String
    /// When it was issued, in seconds since 1970.
    public let issuedAt: Int64?
    /// When it ends, in seconds since 1970.
    public let expiresAt: Int64
    /// The OAuth client it was given to.
    public let clientID: String?

    /// Describes a principal.
    public init(
        user: UserID,
        scopes: ScopeSet,
        tokenID: String,
        issuedAt: Int64?,
        expiresAt: Int64,
        clientID: String?
    ) {
        self.user = user
        self.scopes = scopes
        self.tokenID = tokenID
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.clientID = clientID
    }
}
