import Redis

/// The Lua scripts of this module, one value each; most are made of several files.
struct Scripts: Sendable {
    let admit: RedisScript
    let admitUser: RedisScript
    let admitSession: RedisScript
    let createSession = RedisScript(PackageResources.clock_lua + PackageResources.create_session_lua)
    let listSession = RedisScript(PackageResources.clock_lua + PackageResources.list_session_lua)
    let endSession = RedisScript(PackageResources.end_session_lua)
    let revokeAll = RedisScript(PackageResources.revoke_all_lua)
    let revoke = RedisScript(PackageResources.revoke_lua)
    let countAddress = RedisScript(PackageResources.clock_lua + PackageResources.count_address_lua)
    let revokedUntil = RedisScript(PackageResources.revoked_until_lua)
    let openGrant = RedisScript(PackageResources.open_grant_lua)
    let redeemCode = RedisScript(PackageResources.redeem_code_lua)
    let rotateGrant = RedisScript(PackageResources.clock_lua + PackageResources.rotate_grant_lua)

    init(sessionLimits: SessionLimits, rateLimits: RateLimits) {
        let constants: KeyValuePairs<String, Int64> = [
            "REQUESTS_LIMIT": Int64(rateLimits.requests.count),
            "REQUESTS_PERIOD": rateLimits.requests.periodMicroseconds,
            "WRITES_LIMIT": Int64(rateLimits.writes.count),
            "WRITES_PERIOD": rateLimits.writes.periodMicroseconds,
            "IDLE_TIMEOUT": sessionLimits.idleSeconds,
            "LIFETIME": sessionLimits.lifetimeSeconds,
            "RENEWAL": sessionLimits.renewalSeconds,
        ]
        let (clock, limits, sessions) = (
            PackageResources.clock_lua, PackageResources.limits_lua, PackageResources.sessions_lua
        )
        self.admit = RedisScript(clock + limits + sessions + PackageResources.admit_lua, constants: constants)
        self.admitUser = RedisScript(clock + limits + PackageResources.admit_user_lua, constants: constants)
        self.admitSession = RedisScript(clock + sessions + PackageResources.admit_session_lua, constants: constants)
    }
}
