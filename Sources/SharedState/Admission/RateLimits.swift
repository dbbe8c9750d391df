/// The rate limits of a user, all workers together.
public struct RateLimits: Sendable, Hashable {
    /// Of every request.
    public let requests: RateLimit
    /// Of requests that write.
    public let writes: RateLimit

    /// Sets the limits.
    public init(
        requests: RateLimit = RateLimit(600, per: .seconds(60)),
        writes: RateLimit = RateLimit(120, per: .seconds(60))
    ) {
        self.requests = requests
        self.writes = writes
    }
}
