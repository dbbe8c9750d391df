public import Identity
import Redis

extension RedisBackend: UsageStore {
    /// Days are kept this long, in seconds.
    private static var kept: String { String(35 * 86400) }

    /// A command, and what it adds.
    private struct Addition {
        enum Part {
            case count(UserID, name: String, value: Int)
            case life(UserID)
            case seen
        }

        let command: [String]
        let part: Part
    }

    /// Adds counts to a day's.
    ///
    /// Where a part of a Cluster is away, what belongs to the rest is added.
    public func add(_ counts: [UserID: UsageCounts], firstSeen: [UserID], day: String) async throws -> UnaddedUsage {
        let additions = self.additions(counts, firstSeen: firstSeen, day: day)
        let commands = additions.map(\.command)
        let replies = try await self.replies(to: commands)
        var unadded = UnaddedUsage()
        for (addition, reply) in zip(additions, replies) {
            guard case .failure(let error) = reply else { continue }
            unadded.problem = SharedStateError(.unavailable, "Usage could not be added.", cause: error)
            switch addition.part {
            case .count(let user, let name, let value):
                // Whatever may have been added is not added again.
                if error.isRetriable {
                    unadded.counts[user, default: UsageCounts()].add(value, to: name)
                } else {
                    unadded.lost.add(value, to: name)
                }
            case .life(let user):
                // Counts of nothing: all that is done with them is this.
                if error.mayPass { unadded.counts[user, default: UsageCounts()].add(UsageCounts()) }
            case .seen: if error.mayPass { unadded.firstSeen = firstSeen }
            }
        }
        return unadded
    }

    private func additions(_ counts: [UserID: UsageCounts], firstSeen: [UserID], day: String) -> [Addition] {
        var additions: [Addition] = []
        for (user, counts) in counts {
            let key = self.keys.usage(of: user, day: day)
            for (name, value) in counts.fields where value != 0 {
                let command = ["HINCRBY", key, name, String(value)]
                additions.append(Addition(command: command, part: .count(user, name: name, value: value)))
            }
            additions.append(Addition(command: ["EXPIRE", key, Self.kept], part: .life(user)))
        }
        guard !firstSeen.isEmpty else { return additions }
        let key = self.keys.active(day: day)
        additions.append(Addition(command: ["PFADD", key] + firstSeen.map(\.value), part: .seen))
        additions.append(Addition(command: ["EXPIRE", key, Self.kept], part: .seen))
        return additions
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

extension RedisError {
    /// Whether the same command, which does no harm when it runs twice, may succeed later.
    fileprivate var mayPass: Bool { self.code != .serverError && self.code != .authenticationFailed }
}
