/// Servers, credentials and limits of a ``RedisClient``.
package struct RedisConfiguration: Sendable, Hashable {
    package var topology: RedisTopology
    /// `nil` for unencrypted connections.
    package var tls: RedisTLS?
    /// ACL user.
    package var username: String?
    package var password: String?
    package var database: Int
    /// Connections per server, shared by all commands.
    package var connections: Int
    package var connectTimeout: Duration
    /// Maximum time from sending a command to its reply.
    package var commandTimeout: Duration
    /// Maximum time a command waits for a connection.
    package var waitTimeout: Duration
    /// Idle time after which a PING is sent.
    package var idleTimeout: Duration
    /// Password for the Sentinels themselves.
    package var sentinelPassword: String?
    /// The name in `CLIENT LIST`.
    package var clientName: String?
    package var metricsPrefix: String
    /// Commands per connection that may wait for a reply or for the connection; further ones fail at once.
    package var maxPending: Int

    package init(_ topology: RedisTopology, username: String? = nil, password: String? = nil, database: Int = 0) {
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
