import Encodings
import Identity
import SharedState

extension UserAccounts.Summary {
    /// The summary as a JSON document.
    package func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.value([
            "user": .string(self.user.value),
            "tokens": .array(self.tokens.map(Self.json)),
            "apps": .array(self.grants.map(Self.json)),
            "sessions": .array(self.sessions.map(Self.json)),
            "audit": .array(self.audit.map(Self.json)),
        ])
        return writer.bytes
    }

    private static func json(_ token: TokenRecord) -> JSONValue {
        [
            "name": .string(token.name), "id": .string(token.id), "created": Self.time(token.created),
            "expires_at": Self.time(token.expiresAt), "scopes": .array(token.scopes.map { .string($0) }),
        ]
    }

    private static func json(_ grant: Grant) -> JSONValue {
        [
            "name": .string(grant.clientName), "client_id": .string(grant.clientID),
            "scope": .string(grant.scopes.description), "created": Self.time(grant.created),
        ]
    }

    private static func json(_ session: Session) -> JSONValue {
        [
            "client": .string(session.client.name), "created": Self.time(session.created),
            "last_seen": Self.time(session.lastSeen),
        ]
    }

    private static func json(_ record: AuditRecord) -> JSONValue {
        var fields: JSONObject = ["time": Self.time(record.time)]
        for (name, value) in record.fields.sorted(by: { $0.key < $1.key }) { fields[name] = .string(value) }
        return .object(fields)
    }

    private static func time(_ seconds: Int64) -> JSONValue { .string(RFC3339.text(seconds: seconds)) }
}
