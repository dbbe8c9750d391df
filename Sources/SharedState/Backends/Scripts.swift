import Redis

/// The Lua scripts of this module, one value each.
struct Scripts: Sendable {
    let admit = RedisScript(PackageResources.admit_lua)
    let createSession = RedisScript(PackageResources.create_session_lua)
    let endSession = RedisScript(PackageResources.end_session_lua)
    let revokeAll = RedisScript(PackageResources.revoke_all_lua)
    let revoke = RedisScript(PackageResources.revoke_lua)
}
