public import SharedState

/// How the HTTP edge listens and whom it believes.
public struct EdgeConfiguration: Sendable {
    /// The address to listen on.
    public var host: String
    /// The port to listen on; 0 takes any free one.
    public var port: Int
    /// The URL that users type, without a path.
    public var publicURL: PublicURL
    /// Further hosts that requests may name.
    public var allowedHosts: [String]
    /// Origins of browser pages that may call, besides the public URL's own.
    public var allowedOrigins: [String]
    /// The proxies whose `X-Forwarded-For` is believed.
    public var trustedProxies: TrustedProxies
    /// The limits that answers tell of.
    public var rateLimits: RateLimits
    /// How often an address may come with a token that is refused.
    public var failureLimit: RateLimit
    /// How often an address may register a client.
    public var registrationLimit: RateLimit
    /// Whether this is one worker for one machine: tokens without proof for loopback peers.
    public var isLocal: Bool
    /// The largest request body, in bytes.
    public var maxBodyBytes: Int
    /// How long a connection may be silent.
    public var idleTimeout: Duration
    /// How long a client may take over sending a request.
    public var requestTimeout: Duration
    /// How many connections there may be at once; further ones wait.
    public var maxConnections: Int

    /// Configures the edge.
    public init(
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
