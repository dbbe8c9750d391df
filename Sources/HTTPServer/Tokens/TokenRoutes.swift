import HTTPTypes
import Hummingbird
import Identity
import Logging
import MCPCore
import SharedState

/// Tokens that people manage by themselves: made, listed, revoked, refreshed, and logout.
struct TokenRoutes: Sendable {
    let gate: APIGate
    let issuer: TokenIssuer
    let lifetime: Duration
    let state: SharedPorts
    let audit: any AuditTrail
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    private static let longest: Int64 = 90 * 86400
    private static let mostTokens = 100

    func add(to router: Router<CarrelRequestContext>) {
        router.get("/api/tokens") { request, context in
            try await self.gate.admitting(request, context) { try await self.list($0) }
        }
        router.post("/api/tokens") { request, context in
            try await self.gate.admitting(request, context, writes: true) {
                try await self.create(request, $0.principal, context)
            }
        }
        router.delete("/api/tokens/:id") { request, context in
            try await self.gate.admitting(request, context, writes: true) {
                try await self.revoke(context.parameters.get("id") ?? "", $0.principal, context)
            }
        }
        router.post("/api/auth/refresh") { request, context in
            try await self.gate.admitting(request, context, writes: true) {
                try await self.refresh($0.principal, context)
            }
        }
        router.post("/api/auth/logout") { request, context in
            let everywhere = request.uri.queryParameters["everywhere"].map { String($0) }
            return try await self.gate.admitting(request, context) {
                try await self.logout(everywhere: everywhere, $0.principal, context)
            }
        }
    }

    // MARK: Tokens

    private func list(_ entry: APIGate.Entry) async throws -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("tokens")
        writer.beginArray()
        for token in try await self.state.tokens.tokens(of: entry.principal.user) {
            writer.beginObject()
            Self.describe(token, in: &writer)
            writer.key("created")
            writer.value(Timestamp.text(token.created))
            writer.key("last_used")
            if let used = token.lastUsed { writer.value(Timestamp.text(used)) } else { writer.null() }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return .json(writer.bytes)
    }

    private func create(
        _ request: Request,
        _ principal: Principal,
        _ context: CarrelRequestContext
    ) async throws -> Response {
        let body = try await APIBody.object(request, fields: ["name", "scopes", "expires_in"])
        guard let name = body["name"]?.stringValue, (1...100).contains(name.count),
            !name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
        else { throw Self.invalid("'name' must be a text of 1 to 100 characters.") }
        let scopes = try Self.scopes(body["scopes"], of: principal)
        var lifetime = min(self.lifetime, .seconds(Self.longest))
        if let wanted = body["expires_in"], wanted != .null {
            guard let seconds = wanted.intValue, (1...Int(Self.longest)).contains(seconds) else {
                throw Self.invalid("'expires_in' must be a number of seconds from 1 to \(Self.longest) (90 days).")
            }
            lifetime = .seconds(seconds)
        }
        guard try await self.state.tokens.tokens(of: principal.user).count < Self.mostTokens else {
            throw APIError(.conflict, "conflict", "You have \(Self.mostTokens) tokens already: revoke one first.")
        }
        let (token, record) = try await self.issue(name, scopes, lifetime, principal)
        self.record(.tokenIssued, principal, context, ["token_name": name, "new_token_id": record.id])
        return Self.answer(token, record, status: .created)
    }

    private func refresh(_ principal: Principal, _ context: CarrelRequestContext) async throws -> Response {
        let name = try await self.state.tokens.tokens(of: principal.user).first { $0.id == principal.tokenID }?.name
        let (token, record) = try await self.issue(name ?? "refreshed", principal.scopes, self.lifetime, principal)
        self.record(.tokenRefreshed, principal, context, ["new_token_id": record.id])
        return Self.answer(token, record, status: .ok)
    }

    private func issue(
        _ name: String,
        _ scopes: ScopeSet,
        _ lifetime: Duration,
        _ principal: Principal
    ) async throws -> (IssuedToken, TokenRecord) {
        let token = try await self.issuer.issue(
            user: principal.user,
            lifetime: lifetime,
            scopes: scopes,
            clientID: principal.clientID
        )
        let record = TokenRecord(
            id: token.tokenID,
            name: name,
            scopes: scopes.names.sorted(),
            created: self.now(),
            expiresAt: token.expiresAt
        )
        try await self.state.tokens.add(record, of: principal.user)
        return (token, record)
    }

    private func revoke(_ id: String, _ principal: Principal, _ context: CarrelRequestContext) async throws -> Response
    {
        guard let known = try await self.state.tokens.tokens(of: principal.user).first(where: { $0.id == id }) else {
            throw APIError(.notFound, "not_found", "You have no such token.")
        }
        // Revoked first: should the rest fail, it is listed still, and no longer good.
        try await self.state.revocations.revoke(id, of: principal.user, expiresAt: known.expiresAt)
        _ = try await self.state.tokens.remove(id, of: principal.user)
        try await self.endSessions(of: principal.user) { $0.client.tokenID == id }
        self.record(.tokenRevoked, principal, context, ["revoked_token_id": id])
        return Response(status: .noContent)
    }

    private func logout(
        everywhere: String?,
        _ principal: Principal,
        _ context: CarrelRequestContext
    ) async throws -> Response {
        guard [nil, "true", "false"].contains(everywhere) else {
            throw Self.invalid("'everywhere' must be true or false.")
        }
        let user = principal.user
        if everywhere == "true" {
            try await self.state.revocations.revokeAll(of: user, issuedUpTo: self.now())
            for token in try await self.state.tokens.tokens(of: user) {
                _ = try await self.state.tokens.remove(token.id, of: user)
            }
            try await self.endSessions(of: user) { _ in true }
        } else {
            try await self.state.revocations.revoke(principal.tokenID, of: user, expiresAt: principal.expiresAt)
            _ = try await self.state.tokens.remove(principal.tokenID, of: user)
            try await self.endSessions(of: user) { $0.client.tokenID == principal.tokenID }
        }
        self.record(.logout, principal, context, ["everywhere": everywhere ?? "false"])
        return Response(status: .noContent)
    }

    private func endSessions(of user: UserID, where isMeant: (Session) -> Bool) async throws {
        for session in try await self.state.sessions.sessions(of: user) where isMeant(session) {
            _ = try await self.state.sessions.end(session.id, of: user)
        }
    }

    // MARK: Pieces

    /// What a new token may do: never more than the one that asks for it.
    private static func scopes(_ value: JSONValue?, of principal: Principal) throws -> ScopeSet {
        guard let value, value != .null else { return principal.scopes }
        guard let names = value.arrayValue?.compactMap(\.stringValue), names.count == value.arrayValue?.count,
            !names.isEmpty
        else { throw Self.invalid("'scopes' must be a list of scopes, such as [\"notes:read\"].") }
        if let other = names.first(where: { !principal.scopes.names.contains($0) }) {
            throw APIError(
                .forbidden,
                "forbidden",
                "This token cannot give the scope '\(other.prefix(50))', which it lacks."
            )
        }
        return ScopeSet(names.joined(separator: " "))
    }

    private static func invalid(_ message: String) -> APIError {
        APIError(.badRequest, "validation_error", message)
    }

    private static func answer(_ token: IssuedToken, _ record: TokenRecord, status: HTTPResponse.Status) -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("token")
        writer.value(token.token)
        Self.describe(record, in: &writer)
        writer.endObject()
        return .json(writer.bytes, status: status, headers: [.cacheControl: "no-store"])
    }

    private static func describe(_ record: TokenRecord, in writer: inout JSONWriter) {
        writer.key("jti")
        writer.value(record.id)
        writer.key("name")
        writer.value(record.name)
        writer.key("scopes")
        writer.beginArray()
        for scope in record.scopes { writer.value(scope) }
        writer.endArray()
        writer.key("expires_at")
        writer.value(Timestamp.text(record.expiresAt))
    }

    private func record(
        _ name: AuditEvent.Name,
        _ principal: Principal,
        _ context: CarrelRequestContext,
        _ details: [String: String]
    ) {
        self.audit.record(
            AuditEvent(
                name,
                user: principal.user.value,
                tokenID: principal.tokenID,
                address: context.address,
                requestID: context.id,
                details: details
            )
        )
    }
}
