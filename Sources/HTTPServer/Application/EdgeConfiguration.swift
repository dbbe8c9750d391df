package import SharedState

/// How the HTTP edge listens, and which hosts, origins and proxies it accepts.
package struct EdgeConfiguration: Sendable {
    package var host: String
    /// 0 takes any free port.
    package var port: Int
    /// The URL that users type, without a path.
    package var publicURL: PublicURL
    /// Hosts that requests may name besides the public URL's own.
    package var allowedHosts: [String]
    /// Browser origins that may send requests besides the public URL's own.
    package var allowedOrigins: [String]
    package var trustedProxies: TrustedProxies
    /// As response headers report them.
    package var rateLimits: RateLimits
    /// Failed authentications per address.
    package var failureLimit: RateLimit
    /// Client registrations per address.
    package var registrationLimit: RateLimit
    /// Whether the server is for one machine: loopback clients get tokens without proof.
    package var isLocal: Bool
    /// Idle time after which a connection is closed.
    package var idleTimeout: Duration
    /// Time within which a request must arrive completely, and what is sent of the answer must be taken.
    package var requestTimeout: Duration
    /// Open connections; further ones wait to be accepted.
    package var maxConnections: Int
    /// Open connections of an address that is no trusted proxy's, IPv6 by its /64 network; 0 is no limit.
    ///
    /// Further ones are closed.
    package var maxConnectionsPerAddress: Int
    /// Bytes of request bodies that are being read.
    package var bodyLimits: BodyBudget.Limits

    package init(
        host: String,
        port: Int,
        publicURL: PublicURL,
        allowedHosts: [String] = [],
        allowedOrigins: [String] = [],
        trustedProxies: TrustedProxies = .none,
        rateLimits: RateLimits = RateLimits(),
        failureLimit: RateLimit = RateLimit(60, per: .seconds(60)),
        registrationLimit: RateLimit = RateLimit(100, per: .seconds(3600)),
        isLocal: Bool,
        idleTimeout: Duration = .seconds(75),
        requestTimeout: Duration = .seconds(60),
        maxConnections: Int = 10_000,
        maxConnectionsPerAddress: Int = 0,
        bodyLimits: BodyBudget.Limits = BodyBudget.Limits()
    ) {
        self.host = host
        self.port = port
        self.publicURL = publicURL
        self.allowedHosts = allowedHosts
        self.allowedOrigins = allowedOrigins
        self.trustedProxies = trustedProxies
        self.rateLimits = rateLimits
        self.failureLimit = failureLimit
        self.registrationLimit = registrationLimit
        self.isLocal = isLocal
        self.idleTimeout = idleTimeout
        self.requestTimeout = requestTimeout
        self.maxConnections = maxConnections
        self.maxConnectionsPerAddress = maxConnectionsPerAddress
        self.bodyLimits = bodyLimits
    }
}
