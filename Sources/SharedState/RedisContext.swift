import Identity
import Redis

/// What every store in Redis works with: the client, the names of keys, and calls that throw ``SharedStateError``.
struct RedisContext: Sendable {
    let redis: RedisClient
    let keys: Keys
    /// Whether a user's keys and a session may lie on different servers.
    let isSpread: Bool

    /// Runs a call to Redis and turns its failure into this module's error.
    func mappingErrors<Value>(_ call: () async throws(RedisError) -> Value) async throws -> Value {
        do {
            return try await call()
        } catch {
            throw SharedStateError(.unavailable, Self.unavailable, cause: error)
        }
    }

    func send(_ command: [String]) async throws -> RedisValue {
        try await self.mappingErrors { () async throws(RedisError) in try await self.redis.send(command) }
    }

    func keys(matching pattern: String) async throws -> [String] {
        try await self.mappingErrors { () async throws(RedisError) in try await self.redis.keys(matching: pattern) }
    }

    func evaluate(_ script: RedisScript, keys: [String], arguments: [String] = []) async throws -> RedisValue {
        do {
            return try await self.redis.evaluate(script, keys: keys, arguments: arguments)
        } catch {
            throw SharedStateError(.unavailable, Self.unavailable, cause: error)
        }
    }

    /// Runs commands that must all succeed.
    @discardableResult
    func run(_ commands: [[String]]) async throws -> [RedisValue] {
        try await self.mappingErrors { () async throws(RedisError) in
            var values: [RedisValue] = []
            for reply in try await self.redis.pipeline(commands) { values.append(try reply.get()) }
            return values
        }
    }

    /// Sends any number of commands, a thousand at a time, as only so many may wait for replies; gives the result of each.
    ///
    /// - Throws: ``SharedStateError`` when none could be sent.
    func replies(to commands: [[String]]) async throws -> [Result<RedisValue, RedisError>] {
        var replies: [Result<RedisValue, RedisError>] = []
        while replies.count < commands.count {
            let piece = Array(commands[replies.count...].prefix(1000))  // bounded: a list
            do throws(RedisError) {
                replies += try await self.redis.pipeline(piece)
            } catch {
                guard !replies.isEmpty else { throw SharedStateError(.unavailable, Self.unavailable, cause: error) }
                // The remaining commands would fail as well.
                let failure = Result<RedisValue, RedisError>.failure(error)
                return replies + Array(repeating: failure, count: commands.count - replies.count)
            }
        }
        return replies
    }

    /// Seconds since 1970 on Redis' clock.
    func time() async throws -> String {
        guard let seconds = try await self.send(["TIME"]).elements?.first?.text else {
            throw SharedStateError(.corrupt, "Redis returned no time.")
        }
        return seconds
    }

    private static let unavailable = "The shared state in Redis is unavailable."
}

extension RedisValue {
    /// The fields of a hash by their names.
    var fields: [String: String] {
        let elements = self.elements ?? []
        var fields: [String: String] = [:]
        for index in stride(from: 0, to: elements.count - 1, by: 2) {
            if let name = elements[index].text, let value = elements[index + 1].text { fields[name] = value }
        }
        return fields
    }
}
