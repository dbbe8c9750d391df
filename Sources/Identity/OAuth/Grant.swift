/// What a user has allowed a client, for as long as the client keeps refreshing its tokens.
public struct Grant: Hashable, Sendable {
    /// Names the grant in its tokens' claim `grant`.
    public let id: String
    /// Who allows it.
    public let user: UserID
    /// The client's id.
    public let clientID: String
    /// What the client calls itself.
    public let clientName: String
    /// What is allowed.
    public let scopes: ScopeSet
    /// When it was given, in seconds since 1970.
    public let created: Int64
    /// When tokens were last fetched, in seconds since 1970.
    public var lastUsed: Int64

    /// Describes a grant.
    public init(
        id: String,
        user: UserID,
        clientID: String,
        clientName: String,
        scopes: ScopeSet,
        created: Int64,
        lastUsed: Int64
    ) {
        self.id = id
        self.user = user
        self.clientID = clientID
        self.clientName = clientName
        self.scopes = scopes
        self.created = created
        self.lastUsed = lastUsed
    }
}
