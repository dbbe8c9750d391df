/// How long sessions live and how many a user may have.
package struct SessionLimits: Sendable, Hashable {
    /// Idle time after which a session ends.
    package let idleTimeout: Duration
    /// A session ends at this age, used or not.
    package let lifetime: Duration
    /// The least recently used sessions past this number are ended.
    package let perUser: Int

    /// Durations count in whole seconds, at least one.
    package init(idleTimeout: Duration = .seconds(86400), lifetime: Duration = .seconds(30 * 86400), perUser: Int = 100)
    {
        self.idleTimeout = idleTimeout
        self.lifetime = lifetime
        self.perUser = perUser
    }

    var idleSeconds: Int64 { max(1, self.idleTimeout.wholeSeconds) }
    var lifetimeSeconds: Int64 { max(1, self.lifetime.wholeSeconds) }

    /// A session in use is renewed at most this often, so that most requests write nothing.
    var renewalSeconds: Int64 { min(60, max(1, self.idleSeconds / 2)) }
}
