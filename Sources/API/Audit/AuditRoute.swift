import Encodings
import HTTPServer
import Hummingbird
import Identity
import SharedState

/// `GET /api/audit[?limit=100]`: the user's own audit events, newest first.
struct AuditRoute: Sendable {
    let gate: APIGate
    let store: any AuditStore

    private static let most = 1000
    /// As many as an event loop encodes; more would keep its other connections waiting.
    private static let few = 100

    func add(to router: Router<CarrelRequestContext>) {
        router.get("/api/audit") { request, context in
            try await self.gate.admitting(request, context) { try await self.answer(request, $0) }
        }
    }

    private func answer(_ request: Request, _ entry: APIGate.Entry) async throws -> Response {
        // The trail names notes of every folder.
        guard entry.principal.folders == nil, entry.principal.grantID == nil else {
            throw APIError(
                .forbidden,
                "forbidden",
                "This token is for some of its user's notes only, and the audit trail tells of all.",
                detail: "Use a token for the whole vault, made on the page of this server."
            )
        }
        let text = request.uri.queryParameters["limit"].map { String($0) } ?? "100"
        guard let limit = Int(text), (1...Self.most).contains(limit) else {
            throw APIError.validation("'limit' must be a number from 1 to \(Self.most).")
        }
        let records = try await self.store.records(of: entry.principal.user.value, limit: limit)
        guard records.count > Self.few else { return .json(Self.json(records)) }
        return await withTaskExecutorPreference(globalConcurrentExecutor) { .json(Self.json(records)) }
    }

    private static func json(_ records: [AuditRecord]) -> [UInt8] {
        var writer = JSONWriter(capacity: 4096)
        writer.beginObject()
        writer.key("records")
        writer.beginArray()
        for record in records {
            writer.beginObject()
            writer.key("id")
            writer.value(record.id)
            writer.key("time")
            writer.value(RFC3339.text(seconds: record.time))
            // Only operators see the names of workers.
            for (name, value) in record.fields.sorted(by: { $0.key < $1.key }) where name != AuditField.worker.rawValue
            {
                writer.key(name)
                writer.value(value)
            }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}
