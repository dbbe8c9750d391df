public import Identity
import Redis

extension RedisBackend: UsageStore {
    /// Days are kept this long, in seconds.
    private static var kept: String { String(35 * 86400) }

    /// Adds counts to a day's.
    public func add(_ counts: [UserID: UsageCounts], firstSeen: [UserID], day: String) async throws {
        var commands: [[String]] = []
        for (user, counts) in counts {
            let key = self.keys.usage(of: user, day: day)
            for field in counts.fields where field.value != 0 {
                commands.append(["HINCRBY", key, field.name, String(field.value)])
            }
            commands.append(["EXPIRE", key, Self.kept])
        }
        if !firstSeen.isEmpty {
            let key = self.keys.active(day: day)
            commands.append(["PFADD", key] + firstSeen.map(\.value))
            commands.append(["EXPIRE", key, Self.kept])
        }
        let batch = commands
        let replies = try await self.asking { () async throws(RedisError) in try await self.redis.pipeline(batch) }
        // A command that Redis refused would be refused again: it is not repeated with the rest.
        for case .failure(let error) in replies where error.code == .unavailable {
            throw SharedStateError(.unavailable, "Usage could not be added.", cause: error)
        }
    }

    /// The counts of a user on a day.
    public func usage(of user: UserID, day: String) async throws -> UsageCounts {
        let names = UsageCounts().fields.map(\.name)
        let reply = try await self.asking { () async throws(RedisError) in
            try await self.redis.send(["HMGET", self.keys.usage(of: user, day: day)] + names)
        }
        let values = (reply.elements ?? []).map { $0.text.flatMap { Int($0) } ?? 0 }
        guard values.count == names.count else {
            throw SharedStateError(.corrupt, "The usage of a day is stored in an unknown way.")
        }
        return UsageCounts(
            requests: values[0],
            reads: values[1],
            writes: values[2],
            bytesIn: values[3],
            bytesOut: values[4],
            errors: values[5]
        )
    }

    /// The users who asked anything on a day, in no order.
    public func users(day: String) async throws -> [UserID] {
        let (start, end) = ("\(self.keys.prefix)usage:{", "}:\(day)")
        let keys = try await self.asking { () async throws(RedisError) in
            try await self.redis.keys(matching: "\(start)*\(end)")
        }
        return try keys.filter { $0.hasPrefix(start) && $0.hasSuffix(end) }.map {
            try UserID(String($0.dropFirst(start.count).dropLast(end.count)))
        }
    }

    /// How many users were seen on a day.
    public func activeUsers(day: String) async throws -> Int {
        let reply = try await self.asking { () async throws(RedisError) in
            try await self.redis.send(["PFCOUNT", self.keys.active(day: day)])
        }
        return Int(reply.integerValue ?? 0)
    }
}
