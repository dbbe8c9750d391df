import Redis

/// Counts in Redis what addresses do.
struct RedisAddressLimits: AddressLimits {
    private static let countAddress = LuaSource.script(PackageResources.count_address_lua)

    let context: RedisContext

    func count(_ action: RateLimitedAction, of address: String, limit: RateLimit) async throws -> Duration? {
        guard limit.count > 0 else { return nil }
        let reply = try await self.context.evaluate(
            Self.countAddress,
            keys: [self.context.keys.address(address, action)],
            arguments: [String(limit.count), String(limit.periodMicroseconds)]
        )
        guard let wait = reply.integerValue else {
            throw SharedStateError(.corrupt, "The script for addresses returned an unknown reply.")
        }
        return wait > 0 ? .microseconds(wait) : nil
    }
}
