import Identity
import Redis

extension RedisBackend: AuditStore {
    private static let kept = "100000"
    private static let keptOfUser = "1000"
    /// Seconds.
    private static let life = String(90 * 86400)

    /// Writes events down, for operators and for each user's own eyes.
    public func append(_ events: [[String: String]]) async throws {
        var commands: [[String]] = []
        var users: Set<String> = []
        for event in events {
            let fields = event.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
            commands.append(["XADD", self.keys.audit, "MAXLEN", "~", Self.kept, "*"] + fields)
            guard let user = event["user_id"] else { continue }
            users.insert(user)
            commands.append(["XADD", self.keys.audit(of: user), "MAXLEN", "~", Self.keptOfUser, "*"] + fields)
        }
        for user in users { commands.append(["EXPIRE", self.keys.audit(of: user), Self.life]) }
        let batch = commands
        let replies = try await self.asking { () async throws(RedisError) in try await self.redis.pipeline(batch) }
        // A command that Redis refused would be refused again: it is not repeated with the rest.
        for case .failure(let error) in replies where error.code == .unavailable {
            throw SharedStateError(.unavailable, "Audit events could not be written down.", cause: error)
        }
    }

    /// The last events, newest first.
    public func records(of user: String?, limit: Int) async throws -> [AuditRecord] {
        let key = user.map { self.keys.audit(of: $0) } ?? self.keys.audit
        let reply = try await self.asking { () async throws(RedisError) in
            try await self.redis.send(["XREVRANGE", key, "+", "-", "COUNT", String(limit)])
        }
        return try (reply.elements ?? []).map { entry in
            guard let parts = entry.elements, parts.count == 2, let id = parts[0].text, let words = parts[1].elements
            else {
                throw SharedStateError(.corrupt, "The audit trail is stored in an unknown way.")
            }
            var fields: [String: String] = [:]
            for index in stride(from: 0, to: words.count - 1, by: 2) {
                if let name = words[index].text { fields[name] = words[index + 1].text }
            }
            return AuditRecord(id: id, fields: fields)
        }
    }
}
