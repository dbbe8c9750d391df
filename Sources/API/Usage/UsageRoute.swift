import Encodings
import HTTPServer
import HTTPTypes
import Hummingbird
import Identity
import SharedState
import Vault

/// `GET /api/usage[?day=yyyy-mm-dd]`: the user's request counts of a day, and the size of the vault.
struct UsageRoute: Sendable {
    let gate: APIGate
    let usage: any UsageStore
    let vaults: VaultStore
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    func add(to router: Router<CarrelRequestContext>) {
        router.get("/api/usage") { request, context in
            try await self.gate.admitting(request, context) { try await self.answer(request, $0) }
        }
    }

    private func answer(_ request: Request, _ entry: APIGate.Entry) async throws -> Response {
        let day = request.uri.queryParameters["day"].map { String($0) } ?? UsageLedger.dayName(self.now() / 86400)
        guard UsageLedger.isDayName(day) else {
            throw APIError.validation("'day' must be a day such as 2026-01-31.")
        }
        let user = entry.principal.user
        let counts = try await self.usage.usage(of: user, day: day)
        let size = try await self.vaults.vault(of: entry.principal, sequence: entry.sequence).size()
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("user_id")
        writer.value(user.value)
        writer.key("day")
        writer.value(day)
        for (name, value) in counts.fields {
            writer.key(name)
            writer.value(value)
        }
        writer.key("vault")
        writer.beginObject()
        writer.key("notes")
        writer.value(size.notes)
        writer.key("size_bytes")
        writer.value(size.bytes)
        writer.key("index_bytes")
        writer.value(size.indexBytes)
        writer.key("max_notes")
        writer.value(self.vaults.limits.maxNotes)
        writer.key("max_size_bytes")
        writer.value(self.vaults.limits.maxVaultBytes)
        writer.endObject()
        writer.key("limits")
        entry.budget.write(to: &writer)
        writer.endObject()
        return .json(writer.bytes)
    }
}
