import Redis

/// The Lua scripts of this module, one value each.
struct Scripts: Sendable {
    let admit: RedisScript
    let createSession = RedisScript(PackageResources.create_session_lua)
    let endSession = RedisScript(PackageResources.end_session_lua)
    let revokeAll = RedisScript(PackageResources.revoke_all_lua)
    let revoke = RedisScript(PackageResources.revoke_lua)

    init(sessionLimits: SessionLimits, rateLimits: RateLimits) {
        self.admit = RedisScript(
            PackageResources.admit_lua,
            constants: [
                "REQUESTS_LIMIT": Int64(rateLimits.requests.count),
                "REQUESTS_PERIOD": rateLimits.requests.periodMicroseconds,
                "WRITES_LIMIT": Int64(rateLimits.writes.count),
                "WRITES_PERIOD": rateLimits.writes.periodMicroseconds,
                "IDLE_TIMEOUT": sessionLimits.idleSeconds,
                "LIFETIME": sessionLimits.lifetimeSeconds,
                "RENEWAL": sessionLimits.renewalSeconds,
            ]
        )
    }
}
