import Redis

extension RedisClient {
    /// Pings; gives the code of the error, or `nil` when Redis answered.
    func pingOutcome() async -> RedisError.Code? {
        do throws(RedisError) {
            _ = try await self.send(["PING"])
            return nil
        } catch {
            return error.code
        }
    }
}
