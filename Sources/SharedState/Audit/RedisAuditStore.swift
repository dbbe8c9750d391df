import Redis

/// The audit trails in Redis: a stream of all events, and one of each user's.
struct RedisAuditStore: AuditStore {
    private static let mostEvents = "100000"
    private static let mostEventsOfUser = "1000"

    let context: RedisContext

    private var keys: Keys { self.context.keys }

    /// A command that appends an event, by its place, to a trail.
    private struct Line {
        let command: [String]
        let place: Int
        let trail: WritableKeyPath<AuditEntry, Bool>
    }

    /// Appends events to the trails; where a server of a Cluster is unavailable, the trails on the others get theirs.
    func append(_ entries: [AuditEntry]) async throws -> UnwrittenAudit {
        var entries = entries
        let lines = self.lines(for: entries)
        let users = Set(entries.compactMap { $0.user })
        // Last: one that fails is made up for with the user's next event.
        let expiries = users.map { ["EXPIRE", self.keys.audit(of: $0), Lifetimes.userAudit.argument] }
        let commands = lines.map(\.command) + expiries
        let replies = try await self.context.replies(to: commands)
        var unwritten = UnwrittenAudit()
        var (again, lost): (Set<Int>, Set<Int>) = ([], [])
        for (line, reply) in zip(lines, replies) {
            entries[line.place][keyPath: line.trail] = true
            guard case .failure(let error) = reply else { continue }
            unwritten.problem = SharedStateError(.unavailable, "Audit events could not be stored.", cause: error)
            // Redis would refuse it again, and what may have been appended is not appended twice.
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
                let command = ["XADD", self.keys.audit, "MAXLEN", "~", Self.mostEvents, "*"] + fields
                lines.append(Line(command: command, place: place, trail: \.isInTrail))
            }
            if let user = entry.user, !entry.isInUsersTrail {
                let command = ["XADD", self.keys.audit(of: user), "MAXLEN", "~", Self.mostEventsOfUser, "*"] + fields
                lines.append(Line(command: command, place: place, trail: \.isInUsersTrail))
            }
        }
        return lines
    }

    func records(of user: String?, limit: Int) async throws -> [AuditRecord] {
        let key = user.map { self.keys.audit(of: $0) } ?? self.keys.audit
        let reply = try await self.context.send(["XREVRANGE", key, "+", "-", "COUNT", String(limit)])
        return try (reply.elements ?? []).map { entry in
            guard let parts = entry.elements, parts.count == 2, let id = parts[0].text else {
                throw SharedStateError(.corrupt, "The audit trail is stored in an unknown format.")
            }
            return AuditRecord(id: id, fields: parts[1].fields)
        }
    }
}
