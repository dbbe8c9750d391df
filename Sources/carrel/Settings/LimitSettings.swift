import SharedState

/// Lifetimes of sessions and limits per user.
struct LimitSettings: Sendable {
    let sessions: SessionLimits
    let rates: RateLimits

    init(reading reader: inout SettingsReader) {
        self.sessions = SessionLimits(
            idleTimeout: reader.duration("SESSION_IDLE_TIMEOUT", default: "24h", atLeast: .seconds(1)),
            lifetime: reader.duration("SESSION_LIFETIME", default: "30d", atLeast: .seconds(1))
        )
        self.rates = RateLimits(
            requests: reader.rate("RATE_LIMIT", default: "600/min"),
            writes: reader.rate("RATE_LIMIT_WRITES", default: "120/min"),
            bytes: reader.value(
                "RATE_LIMIT_BYTES",
                default: "64MiB/min",
                expected: "a rate such as 64MiB/min or 1GiB/h, or 0 for none",
                parse: Quantities.byteRate
            )
        )
    }
}
