/// So many requests in a period, all of which may come at once.
public struct RateLimit: Sendable, Hashable {
    /// How many; 0 is no limit.
    public let count: Int
    /// In which time.
    public let period: Duration

    /// Allows `count` requests in `period`.
    public init(_ count: Int, per period: Duration) {
        self.count = count
        self.period = period
    }

    /// The period in whole seconds, at least one.
    public var seconds: Int64 { max(1, self.period.components.seconds) }

    var periodMicroseconds: Int64 {
        let (seconds, attoseconds) = self.period.components
        return max(1, seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
    }
}
