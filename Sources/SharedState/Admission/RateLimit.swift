/// A number of requests in a period, all of which may come at once.
package struct RateLimit: Sendable, Hashable {
    /// 0 is no limit.
    package let count: Int
    package let period: Duration

    package init(_ count: Int, per period: Duration) {
        self.count = count
        self.period = period
    }

    /// The period in whole seconds, at least one.
    package var seconds: Int64 { max(1, self.period.components.seconds) }

    var periodMicroseconds: Int64 {
        let (seconds, attoseconds) = self.period.components
        return max(1, seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
    }
}
