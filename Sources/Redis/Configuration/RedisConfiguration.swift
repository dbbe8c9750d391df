/// How to reach Redis.
public struct RedisConfiguration: Sendable, Hashable {
    /// Which servers there are.
    public var topology: RedisTopology
    /// How connections are encrypted; `nil` where they are not.
    public var tls: RedisTLS?
    /// The ACL user, where there is one.
    public var username: String?
    /// The password, where there is one.
    public var password: String?
    /// The database number.
    public var database: Int
    /// How many connections to hold; commands of all requests share them.
    public var connections: Int
    /// How long connecting may take.
    public var connectTimeout: Duration
    /// How long a reply may take.
    public var commandTimeout: Duration
    /// How long a command waits for a connection when there is none.
    public var waitTimeout: Duration
    /// After this silence a connection is asked for a sign of life.
    public var idleTimeout: Duration
    /// What Sentinels want as a password, where they want one.
    public var sentinelPassword: String?
    /// What `CLIENT LIST` shows.
    public var clientName: String?
    /// What the names of the client's metrics begin with.
    public var metricsPrefix: String
    /// How many commands of a connection may wait for replies, or for the connection; one more fails at once.
    public var maxPending: Int

    /// Describes a Redis.
    public init(_ topology: RedisTopology, username: String? = nil, password: String? = nil, database: Int = 0) {
        self.topology = topology
        self.tls = nil
        self.username = username
        self.password = password
        self.database = database
        self.connections = 2
        self.connectTimeout = .seconds(1)
        self.commandTimeout = .seconds(2)
        self.waitTimeout = .seconds(1)
        self.idleTimeout = .seconds(30)
        self.sentinelPassword = nil
        self.clientName = nil
        self.metricsPrefix = "redis_client"
        self.maxPending = 10_000
    }
}
