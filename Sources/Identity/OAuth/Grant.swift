/// A user's authorization of a client; expires when the client stops refreshing its tokens.
public struct Grant: Hashable, Sendable {
    /// The claim `grant` of its tokens.
    public let id: String
    /// The user who consented.
    public let user: UserID
    /// The client's id.
    public let clientID: String
    /// The client's unverified name.
    public let clientName: String
    /// Granted scopes.
    public let scopes: ScopeSet
    /// In seconds since 1970.
    public let created: Int64
    /// Time of the last refresh, in seconds since 1970.
    public var lastUsed: Int64

    /// A grant as stored.
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
