/// What is left to a user of the rate limits after a request was admitted.
package struct RequestBudget: Sendable, Hashable {
    /// What is left of one limit.
    package struct Share: Sendable, Hashable {
        /// How many may come at once now.
        package let remaining: Int
        /// Seconds until all of them may come again.
        package let reset: Int

        /// - Parameter ahead: how far the limit runs ahead of the clock, in microseconds.
        init?(_ limit: RateLimit, ahead: Int64) {
            guard limit.count > 0, ahead >= 0 else { return nil }
            let period = limit.periodMicroseconds
            let left = Double(max(0, period - ahead)) * Double(limit.count) / Double(period)
            // What was rounded up to a whole microsecond must not cost a request.
            self.remaining = min(limit.count, Int(left + Double(limit.count) / Double(period) + 1e-6))
            self.reset = Int((ahead + 999_999) / 1_000_000)
        }
    }

    /// Of all requests; `nil` where there is no limit.
    package let requests: Share?
    /// Of requests that write; `nil` where there is no limit.
    package let writes: Share?

    /// Of bytes, as far as they have been charged; `nil` where there is no limit, or it was not asked.
    package let bytes: Share?

    /// No limit at all.
    package static let unlimited = RequestBudget(requests: nil, writes: nil, bytes: nil)

    private init(requests: Share?, writes: Share?, bytes: Share?) {
        self.requests = requests
        self.writes = writes
        self.bytes = bytes
    }

    /// - Parameters: how far each limit runs ahead of the clock, in microseconds; negative without a limit.
    init(_ limits: RateLimits, requestsAhead: Int64, writesAhead: Int64, bytesAhead: Int64) {
        self.requests = Share(limits.requests, ahead: requestsAhead)
        self.writes = Share(limits.writes, ahead: writesAhead)
        self.bytes = Share(limits.bytes, ahead: bytesAhead)
    }
}
