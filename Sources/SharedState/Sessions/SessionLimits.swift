/// How long sessions live and how many a user may have.
public struct SessionLimits: Sendable, Hashable {
    /// A session ends after this silence.
    public let idleTimeout: Duration
    /// A session ends at this age, used or not.
    public let lifetime: Duration
    /// The oldest sessions past this number are ended.
    public let perUser: Int

    /// Bounds sessions; durations count in whole seconds, at least one.
    public init(idleTimeout: Duration = .seconds(86400), lifetime: Duration = .seconds(30 * 86400), perUser: Int = 100)
    {
        self.idleTimeout = idleTimeout
        self.lifetime = lifetime
        self.perUser = perUser
    }

    var idleSeconds: Int64 { max(1, self.idleTimeout.components.seconds) }
    var lifetimeSeconds: Int64 { max(1, self.lifetime.components.seconds) }

    /// A session in use is renewed at most this often, so that most requests write nothing.
    var renewalSeconds: Int64 { min(60, max(1, self.idleSeconds / 2)) }
}
