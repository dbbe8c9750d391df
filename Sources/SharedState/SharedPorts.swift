/// The stores that a worker shares with all others, or keeps for itself.
package struct SharedPorts: Sendable {
    /// Sessions of legacy MCP clients.
    package let sessions: any SessionStore
    /// The check that every authenticated request passes.
    package let admission: any Admission
    /// Tokens that were revoked.
    package let revocations: any RevocationList
    /// Tokens that were issued to users.
    package let tokens: any TokenRegistry
    /// Audit events of all workers.
    package let audit: any AuditStore
    /// What is limited besides admission: actions of addresses before a user is known, and what users store.
    package let actions: any ActionLimits
    /// Logins that were begun at the provider.
    package let logins: any LoginStore
    /// Registered OAuth clients.
    package let clients: any ClientStore
    /// What users have allowed clients.
    package let grants: any GrantStore
    /// Browsers that are signed in.
    package let webSessions: any WebSessionStore
    /// Usage counts of all workers.
    package let usage: any UsageStore
    /// Everything of one user at once.
    package let users: any UserStateStore
    /// Throws when the state is unavailable.
    package let probe: @Sendable () async throws -> Void
}
