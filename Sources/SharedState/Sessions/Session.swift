package import Identity

/// A legacy MCP session as all workers see it.
package struct Session: Sendable, Hashable {
    /// The name the client sends in `Mcp-Session-Id`.
    package let id: SessionID
    package let user: UserID
    /// What the client said at `initialize`.
    package let client: SessionClient
    /// When it was opened, in seconds since 1970 on the clock of the shared state.
    package let created: Int64
    /// When it was last renewed, in seconds since 1970; renewed at most once a minute.
    package let lastSeen: Int64

    package init(id: SessionID, user: UserID, client: SessionClient, created: Int64, lastSeen: Int64) {
        self.id = id
        self.user = user
        self.client = client
        self.created = created
        self.lastSeen = lastSeen
    }
}
