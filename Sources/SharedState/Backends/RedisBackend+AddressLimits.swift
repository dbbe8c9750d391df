import Redis

extension RedisBackend: AddressLimits {
    /// Counts a failure of an address.
    public func countFailure(of address: String, limit: RateLimit) async throws -> Duration? {
        guard limit.count > 0 else { return nil }
        let reply = try await self.evaluate(
            self.scripts.countFailure,
            keys: [self.keys.failures(of: address)],
            arguments: [String(limit.count), String(limit.periodMicroseconds)]
        )
        guard let wait = reply.integerValue else {
            throw SharedStateError(.corrupt, "The script for failures answered something unknown.")
        }
        return wait > 0 ? .microseconds(wait) : nil
    }
}
