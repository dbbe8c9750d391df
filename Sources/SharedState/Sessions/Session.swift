public import Identity

/// A legacy MCP session as all workers see it.
public struct Session: Sendable, Hashable {
    /// The name the client sends in `Mcp-Session-Id`.
    public let id: SessionID
    /// The user it belongs to, and no other.
    public let user: UserID
    /// What the client said at `initialize`.
    public let client: SessionClient
    /// When it was opened, in seconds since 1970 on the clock of the shared state.
    public let created: Int64
    /// When it was last renewed, in seconds since 1970; renewed at most once a minute.
    public let lastSeen: Int64

    /// Describes a session.
    public init(id: SessionID, user: UserID, client: SessionClient, created: Int64, lastSeen: Int64) {
        self.id = id
        self.user = user
        self.client = client
        self.created = created
        self.lastSeen = lastSeen
    }
}
