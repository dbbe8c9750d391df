import Identity
import Redis

/// The usage counts of all workers in Redis: a hash of each user's day, and how many users each day has seen.
struct RedisUsageStore: UsageStore {
    let context: RedisContext

    private var keys: Keys { self.context.keys }

    /// A command, and what it adds.
    private struct Addition {
        enum Part {
            case count(UserID, UsageCounts.Counter, value: Int)
            case life(UserID)
            case seen
        }

        let command: [String]
        let part: Part
    }

    /// Adds counts to a day's; where a server of a Cluster is unavailable, what belongs to the others is added.
    func add(
        _ counts: [UserID: UsageCounts],
        firstSeen: [UserID],
        day: String
    ) async throws -> UnaddedUsage {
        let additions = self.additions(counts, firstSeen: firstSeen, day: day)
        let replies = try await self.context.replies(to: additions.map(\.command))
        var unadded = UnaddedUsage()
        for (addition, reply) in zip(additions, replies) {
            guard case .failure(let error) = reply else { continue }
            unadded.problem = SharedStateError(.unavailable, "Usage could not be added.", cause: error)
            switch addition.part {
            case .count(let user, let counter, let value):
                // What may have been added is not added again.
                if error.isRetriable {
                    unadded.counts[user, default: UsageCounts()][counter] += value
                } else {
                    unadded.lost[counter] += value
                }
            case .life(let user):
                // Empty counts: adding them again sets only the lifetime.
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
            for counter in UsageCounts.Counter.allCases where counts[counter] != 0 {
                let command = ["HINCRBY", key, counter.rawValue, String(counts[counter])]
                additions.append(Addition(command: command, part: .count(user, counter, value: counts[counter])))
            }
            additions.append(Addition(command: ["EXPIRE", key, Lifetimes.usage.argument], part: .life(user)))
        }
        guard !firstSeen.isEmpty else { return additions }
        let key = self.keys.active(day: day)
        additions.append(Addition(command: ["PFADD", key] + firstSeen.map(\.value), part: .seen))
        additions.append(Addition(command: ["EXPIRE", key, Lifetimes.usage.argument], part: .seen))
        return additions
    }

    func usage(of user: UserID, day: String) async throws -> UsageCounts {
        let counters = UsageCounts.Counter.allCases
        let reply = try await self.context.send(
            ["HMGET", self.keys.usage(of: user, day: day)] + counters.map(\.rawValue)
        )
        guard let values = reply.elements, values.count == counters.count else {
            throw SharedStateError(.corrupt, "The usage of a day is stored in an unknown format.")
        }
        var counts = UsageCounts()
        for (counter, value) in zip(counters, values) { counts[counter] = value.text.flatMap { Int($0) } ?? 0 }
        return counts
    }

    func users(day: String) async throws -> [UserID] {
        let (start, end) = self.keys.usage(day: day)
        return try await self.context.keys(matching: "\(start)*\(end)")
            .filter { $0.hasPrefix(start) && $0.hasSuffix(end) }
            .map { try UserID(String($0.dropFirst(start.count).dropLast(end.count))) }
    }

    func activeUsers(day: String) async throws -> Int {
        Int(try await self.context.send(["PFCOUNT", self.keys.active(day: day)]).integerValue ?? 0)
    }
}

extension RedisError {
    /// Whether the same idempotent command may succeed later.
    fileprivate var mayPass: Bool { self.code != .serverError && self.code != .authenticationFailed }
}
