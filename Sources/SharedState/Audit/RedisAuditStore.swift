import Redis

/// The audit trails in Redis: a stream of all events, and one of each user's.
///
/// Refused requests are in streams of their own, of all users, of each, and of clients without a valid token: clients can
/// cause any number of them, and must push nothing else out. So are the sessions of each user.
struct RedisAuditStore: AuditStore {
    private static let mostEvents = "100000"
    private static let mostEventsOfUser = "1000"
    private static let mostRefusals = "20000"
    private static let mostRefusalsOfUser = "200"
    private static let mostSessionsOfUser = "200"

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
        let usersTrails = Set(entries.compactMap { entry in entry.user.map { self.trail(of: $0, for: entry).key } })
        // Last: one that fails is made up for with the user's next event.
        let expiries = usersTrails.map { ["EXPIRE", $0, Lifetimes.userAudit.argument] }
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
                let (key, most) = self.trail(for: entry)
                let command = ["XADD", key, "MAXLEN", "~", most, "*"] + fields
                lines.append(Line(command: command, place: place, trail: \.isInTrail))
            }
            if let user = entry.user, !entry.isInUsersTrail {
                let (key, most) = self.trail(of: user, for: entry)
                let command = ["XADD", key, "MAXLEN", "~", most, "*"] + fields
                lines.append(Line(command: command, place: place, trail: \.isInUsersTrail))
            }
        }
        return lines
    }

    /// The stream of all users that an event belongs to, and how many it keeps.
    private func trail(for entry: AuditEntry) -> (key: String, most: String) {
        guard entry.kind == .refusals else { return (self.keys.audit, Self.mostEvents) }
        return (entry.user == nil ? self.keys.auditStrangers : self.keys.auditRefusals, Self.mostRefusals)
    }

    /// The stream of its user.
    private func trail(of user: String, for entry: AuditEntry) -> (key: String, most: String) {
        switch entry.kind {
        case .events: return (self.keys.audit(of: user), Self.mostEventsOfUser)
        case .sessions: return (self.keys.auditSessions(of: user), Self.mostSessionsOfUser)
        case .refusals: return (self.keys.auditRefusals(of: user), Self.mostRefusalsOfUser)
        }
    }

    func records(of user: String?, limit: Int) async throws -> [AuditRecord] {
        if let user {
            let others = AuditRecord.merging(
                try await self.records(in: self.keys.auditSessions(of: user), limit: limit),
                others: try await self.records(in: self.keys.auditRefusals(of: user), limit: limit),
                limit: limit
            )
            let events = try await self.records(in: self.keys.audit(of: user), limit: limit)
            return AuditRecord.merging(events, others: others, limit: limit)
        }
        let refusals = AuditRecord.merging(
            try await self.records(in: self.keys.auditRefusals, limit: limit),
            others: try await self.records(in: self.keys.auditStrangers, limit: limit),
            limit: limit
        )
        let events = try await self.records(in: self.keys.audit, limit: limit)
        return AuditRecord.merging(events, others: refusals, limit: limit)
    }

    private func records(in key: String, limit: Int) async throws -> [AuditRecord] {
        let reply = try await self.context.send(["XREVRANGE", key, "+", "-", "COUNT", String(limit)])
        return try (reply.elements ?? []).map { entry in
            guard let parts = entry.elements, parts.count == 2, let id = parts[0].text else {
                throw SharedStateError(.corrupt, "The audit trail is stored in an unknown format.")
            }
            return AuditRecord(id: id, fields: parts[1].fields)
        }
    }
}
