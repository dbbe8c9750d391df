/// The rate limits of a user, all workers together.
package struct RateLimits: Sendable, Hashable {
    /// Of every request.
    package let requests: RateLimit
    /// Of requests that write.
    package let writes: RateLimit
    /// Of bytes, in request bodies and answers.
    package let bytes: RateLimit

    package init(
        requests: RateLimit = RateLimit(600, per: .seconds(60)),
        writes: RateLimit = RateLimit(120, per: .seconds(60)),
        bytes: RateLimit = RateLimit(64 << 20, per: .seconds(60))
    ) {
        self.requests = requests
        self.writes = writes
        self.bytes = bytes
    }
}
