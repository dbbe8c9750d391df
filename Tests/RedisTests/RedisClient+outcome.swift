import Redis

extension RedisClient {
    /// The error code of a PING, or `nil` if Redis answered.
    func pingOutcome() async -> RedisError.Code? {
        do throws(RedisError) {
            _ = try await self.send(["PING"])
            return nil
        } catch {
            return error.code
        }
    }
}
