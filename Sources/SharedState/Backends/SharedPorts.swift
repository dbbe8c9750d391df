/// The ports of the shared state, with one backend behind them all.
public struct SharedPorts: Sendable {
    /// Sessions of legacy MCP clients.
    public let sessions: any SessionStore
    /// The question every request asks.
    public let admission: any Admission
    /// Tokens that are no longer good.
    public let revocations: any RevocationList
    /// Tokens that were made for users.
    public let tokens: any TokenRegistry
    /// Audit events of all workers.
    public let audit: any AuditStore
    /// How often addresses may fail.
    public let addresses: any AddressLimits
    /// Logins that have been begun at the provider.
    public let logins: any LoginStore
    /// Clients that have registered.
    public let clients: any ClientStore
    /// What users have allowed clients.
    public let grants: any GrantStore
    /// Browsers that are signed in.
    public let browsers: any WebSessionStore
    /// Counts of all workers.
    public let usage: any UsageStore
    /// Throws when the state cannot be asked.
    public let probe: @Sendable () async throws -> Void

    /// The state in Redis.
    public init(_ backend: RedisBackend) {
        self.sessions = backend
        self.admission = backend
        self.revocations = backend
        self.tokens = backend
        self.audit = backend
        self.addresses = backend
        self.logins = backend
        self.clients = backend
        self.grants = backend
        self.browsers = backend
        self.usage = backend
        self.probe = { try await backend.probe() }
    }

    /// The state in this process.
    public init(_ backend: MemoryBackend) {
        self.sessions = backend
        self.admission = backend
        self.revocations = backend
        self.tokens = backend
        self.audit = backend
        self.addresses = backend
        self.logins = backend
        self.clients = backend
        self.grants = backend
        self.browsers = backend
        self.usage = backend
        self.probe = {}
    }
}
