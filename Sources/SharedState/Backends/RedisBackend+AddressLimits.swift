import Redis

extension RedisBackend: AddressLimits {
    /// Counts what an address does.
    public func count(_ act: AddressAct, of address: String, limit: RateLimit) async throws -> Duration? {
        guard limit.count > 0 else { return nil }
        let reply = try await self.evaluate(
            self.scripts.countAddress,
            keys: [self.keys.address(address, act)],
            arguments: [String(limit.count), String(limit.periodMicroseconds)]
        )
        guard let wait = reply.integerValue else {
            throw SharedStateError(.corrupt, "The script for addresses answered something unknown.")
        }
        return wait > 0 ? .microseconds(wait) : nil
    }
}
