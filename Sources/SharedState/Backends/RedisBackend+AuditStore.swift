import Identity
import Redis

extension RedisBackend: AuditStore {
    private static let kept = "100000"
    private static let keptOfUser = "1000"
    /// Seconds.
    private static let life = String(90 * 86400)

    /// A command that writes an event, by its place, into a trail.
    private struct Line {
        let command: [String]
        let place: Int
        let trail: WritableKeyPath<AuditEntry, Bool>
    }

    /// Writes events down, for operators and for each user's own eyes.
    ///
    /// In a Cluster each user's trail lies on a server of its own: where one is away, the others get theirs.
    public func append(_ entries: [AuditEntry]) async throws -> UnwrittenAudit {
        var entries = entries
        let lines = self.lines(for: entries)
        let users = Set(entries.compactMap { $0.fields["user_id"] })
        // Last, and should it fail it is done with the user's next event.
        let expiries = users.map { ["EXPIRE", self.keys.audit(of: $0), Self.life] }
        let commands = lines.map(\.command) + expiries
        let replies = try await self.replies(to: commands)
        var unwritten = UnwrittenAudit()
        var (again, lost): (Set<Int>, Set<Int>) = ([], [])
        for (line, reply) in zip(lines, replies) {
            entries[line.place][keyPath: line.trail] = true
            guard case .failure(let error) = reply else { continue }
            unwritten.problem = SharedStateError(.unavailable, "Audit events could not be written down.", cause: error)
            // What Redis refused it would refuse again, and what may be there is not written twice.
            guard error.isRetriable else {
                lost.insert(line.place)
                continue
            }
            entries[line.place][keyPath: line.trail] = false
            again.insert(line.place)
        }
        unwritten.entries = again.sorted().map { entries[$0] }
        unwritten.lost = lost.count
        return unwritten
    }

    private func lines(for entries: [AuditEntry]) -> [Line] {
        var lines: [Line] = []
        for (place, entry) in entries.enumerated() {
            let fields = entry.fields.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
            if !entry.isInTrail {
                let command = ["XADD", self.keys.audit, "MAXLEN", "~", Self.kept, "*"] + fields
                lines.append(Line(command: command, place: place, trail: \.isInTrail))
            }
            if let user = entry.fields["user_id"], !entry.isInUsersTrail {
                let command = ["XADD", self.keys.audit(of: user), "MAXLEN", "~", Self.keptOfUser, "*"] + fields
                lines.append(Line(command: command, place: place, trail: \.isInUsersTrail))
            }
        }
        return lines
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
