import Redis

extension RedisClient {
    /// Lets time pass for everything that is stored: the scripts compare stored times with Redis' own clock, so moving
    /// those back is the same as waiting.
    func age(by time: Duration) async throws {
        let (seconds, attoseconds) = time.components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        for key in try await self.keys(matching: "*") {
            try await self.ageValue(of: key, by: milliseconds)
            let life = try await self.send(["PTTL", key]).integerValue ?? -1
            guard life >= 0 else { continue }
            _ = try await self.send(["PEXPIRE", key, String(life - milliseconds)])
        }
    }

    private func ageValue(of key: String, by milliseconds: Int64) async throws {
        switch key.split(separator: ":").dropFirst().first {
        case "session":
            for field in ["created", "last_seen"] {
                _ = try await self.send(["HINCRBY", key, field, String(-milliseconds / 1000)])
            }
        case "sessions", "web-sessions":
            for id in try await self.send(["ZRANGE", key, "0", "-1"]).elements?.compactMap(\.text) ?? [] {
                _ = try await self.send(["ZINCRBY", key, String(-milliseconds / 1000), id])
            }
        case "limit": _ = try await self.send(["DECRBY", key, String(milliseconds * 1000)])
        case "oauth" where key.contains(":grant:"):
            _ = try await self.send(["HINCRBY", key, "rotated", String(-milliseconds / 1000)])
        default: break
        }
    }
}
