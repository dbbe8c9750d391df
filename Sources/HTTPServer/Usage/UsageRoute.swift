import Dispatch
import HTTPTypes
import Hummingbird
import Identity
import MCPCore
import SharedState
import Vault

/// `GET /api/usage[?day=yyyy-mm-dd]`: what the caller has asked of the server on a day, and what its vault holds.
struct UsageRoute: Sendable {
    let endpoint: MCPEndpoint
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    func add(to router: Router<CarrelRequestContext>) {
        router.get("/api/usage") { request, context in try await self.usage(request, context: context) }
    }

    private func usage(_ request: Request, context: CarrelRequestContext) async throws -> Response {
        let principal: Principal
        do {
            principal = try self.endpoint.authenticator.principal(of: request, context: context)
        } catch let failure as AuthenticationFailure {
            return await self.endpoint.failures.response(to: failure, context: context)
        }
        let day = request.uri.queryParameters["day"].map { String($0) } ?? UsageLedger.dayName(self.now() / 86400)
        guard UsageLedger.isDayName(day) else {
            throw APIError(.badRequest, "validation_error", "'day' must be a day such as 2026-01-31.")
        }
        let exchange = Exchange(principal: principal, request: request, context: context, start: .now())
        let admitted = try await self.endpoint.admit(exchange, requests: 1, writes: 0, id: nil, ignoringSession: true)
        if let refusal = admitted.refusal { return refusal }
        let counts = try await self.endpoint.state.usage.usage(of: principal.user, day: day)
        let size = try await self.endpoint.vaults.vault(of: principal.user.value).size()
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("user_id")
        writer.value(principal.user.value)
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
        writer.endObject()
        writer.key("limits")
        admitted.budget.write(to: &writer)
        writer.endObject()
        return .json(writer.bytes, headers: admitted.headers)
    }
}
