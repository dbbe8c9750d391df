package import SharedState

/// How the HTTP edge listens, and which hosts, origins and proxies it accepts.
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
    /// The proxies whose `X-Forwarded-For` counts.
    package var trustedProxies: TrustedProxies
    /// The limits in response headers.
    package var rateLimits: RateLimits
    /// How many refused tokens an address may send.
    package var failureLimit: RateLimit
    /// How many clients an address may register.
    package var registrationLimit: RateLimit
    /// Whether this is one worker for one machine, which issues tokens to loopback peers without proof.
    package var isLocal: Bool
    /// Idle time after which a connection is closed.
    package var idleTimeout: Duration
    /// How long a client may take to send a request.
    package var requestTimeout: Duration
    /// How many connections there may be at once; further ones wait.
    package var maxConnections: Int

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
        self.idleTimeout = idleTimeout
        self.requestTimeout = requestTimeout
        self.maxConnections = maxConnections
    }
}
