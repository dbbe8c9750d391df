/// How long workers keep what they share, except for sessions, whose times are settings (``SessionLimits``).
package enum Lifetimes {
    /// A login that was begun at the provider.
    package static let login = Duration.seconds(600)
    /// An authorization code.
    static let code = Duration.seconds(60)
    /// The fact that a code was used outlives the code, so that a replay is noticed.
    static let usedCode = Duration.seconds(600)
    /// A client that no user has allowed anything yet.
    package static let newClient = Duration.seconds(3600)
    /// A client after a user last allowed it something.
    static let client = Duration.days(90)
    /// A grant after its last refresh.
    static let grant = Duration.days(90)
    /// A grant that was revoked within this time is not revoked again.
    static let recentRevocation = Duration.days(1)
    /// Within this time a rotated refresh token may be shown again by a client that races with itself.
    static let rotationGrace = Duration.seconds(10)
    /// A browser session.
    package static let webSession = Duration.days(30)
    /// The list of a user's tokens: longer than any token lives.
    static let tokenList = Duration.days(400)
    /// The usage of a day.
    static let usage = Duration.days(35)
    /// A user's audit trail after its last event.
    static let userAudit = Duration.days(90)
}

extension Duration {
    fileprivate static func days(_ count: Int64) -> Duration { .seconds(count * 86400) }

    /// The whole seconds.
    package var wholeSeconds: Int64 { self.components.seconds }

    /// The whole seconds as an argument of a Redis command.
    var argument: String { String(self.wholeSeconds) }

    /// Microseconds, with a fraction.
    var microseconds: Double {
        let (seconds, attoseconds) = self.components
        return Double(seconds) * 1_000_000 + Double(attoseconds / 1_000_000_000_000)
    }
}
