import Redis

/// Counts actions in Redis.
struct RedisActionLimits: ActionLimits {
    private static let countAction = LuaSource.script(PackageResources.count_action_lua)

    let context: RedisContext

    func count(
        _ action: RateLimitedAction,
        of source: ActionSource,
        limit: RateLimit,
        cost: Int
    ) async throws -> Duration? {
        guard limit.count > 0 else { return nil }
        let reply = try await self.context.evaluate(
            Self.countAction,
            keys: [self.context.keys.limit(action, of: source)],
            arguments: [String(limit.count), String(limit.periodMicroseconds), String(cost)]
        )
        guard let wait = reply.integerValue else {
            throw SharedStateError(.corrupt, "The script for actions returned an unknown reply.")
        }
        return wait > 0 ? .microseconds(wait) : nil
    }
}
