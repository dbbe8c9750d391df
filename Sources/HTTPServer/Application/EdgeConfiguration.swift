package import SharedState

/// How the HTTP edge listens and whom it believes.
package struct EdgeConfiguration: Sendable {
    /// The address to listen on.
    package var host: String
    /// The port to listen on; 0 takes any free one.
    package var port: Int
    /// The URL that users type, without a path.
    package var publicURL: PublicURL
    /// Further hosts that requests may name.
    package var allowedHosts: [String]
    /// Origins of browser pages that may call, besides the public URL's own.
    package var allowedOrigins: [String]
    /// The proxies whose `X-Forwarded-For` is believed.
    package var trustedProxies: TrustedProxies
    /// The limits that answers tell of.
    package var rateLimits: RateLimits
    /// How often an address may come with a token that is refused.
    package var failureLimit: RateLimit
    /// How often an address may register a client.
    package var registrationLimit: RateLimit
    /// Whether this is one worker for one machine: tokens without proof for loopback peers.
    package var isLocal: Bool
    /// The largest request body, in bytes.
    package var maxBodyBytes: Int
    /// How long a connection may be silent.
    package var idleTimeout: Duration
    /// How long a client may take over sending a request.
    package var requestTimeout: Duration
    /// How many connections there may be at once; further ones wait.
    package var maxConnections: Int

    /// Configures the edge.
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
        maxBodyBytes: Int = 8 << 20,
        idleTimeout: Duration = .seconds(75),
        requestTimeout: Duration = .seconds(60),
        maxConnections: Int = 10_000
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
        self.maxBodyBytes = maxBodyBytes
        self.idleTimeout = idleTimeout
        self.requestTimeout = requestTimeout
        self.maxConnections = maxConnections
    }
}
