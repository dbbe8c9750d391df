import Accounts
import Encodings
import HTTPServer
import HTTPTypes
import Hummingbird
import Identity
import SharedState
import Vault

/// Tokens that users manage themselves: issue, list, revoke, refresh, and log out.
struct TokenRoutes: Sendable {
    let gate: APIGate
    let accounts: UserAccounts

    func add(to router: Router<CarrelRequestContext>) {
        router.get("/api/tokens") { request, context in
            try await self.gate.admitting(request, context) { try await self.list($0) }
        }
        router.post("/api/tokens") { request, context in
            try await self.gate.admitting(request, context, writes: true) {
                try await self.create(request, $0, context)
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
        try Self.refuseRestricted(entry.principal)
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("tokens")
        writer.beginArray()
        for token in try await self.accounts.tokens.tokens(of: entry.principal.user) {
            writer.beginObject()
            Self.describe(token, in: &writer)
            writer.key("created")
            writer.value(RFC3339.text(seconds: token.created))
            writer.key("last_used")
            if let used = token.lastUsed { writer.value(RFC3339.text(seconds: used)) } else { writer.null() }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return .json(writer.bytes)
    }

    private func create(
        _ request: Request,
        _ entry: APIGate.Entry,
        _ context: CarrelRequestContext
    ) async throws -> Response {
        let principal = entry.principal
        try Self.refuseRestricted(principal)
        let body = try JSONBody.object(entry.body, of: request, fields: ["name", "scopes", "folders", "expires_in"])
        guard let name = body["name"]?.stringValue, DisplayName.isPlain(name) else {
            throw Self.invalid("'name' must be a plain text of 1 to 100 characters.")
        }
        let scopes = try Self.scopes(body["scopes"], of: principal)
        let folders = try Self.folders(body["folders"])
        var lifetime = self.accounts.tokens.usualLifetime
        if let wanted = body["expires_in"], wanted != .null {
            let longest = AccessTokens.longestLifetime.components.seconds
            guard let seconds = wanted.intValue, (1...Int(longest)).contains(seconds) else {
                throw Self.invalid("'expires_in' must be a number of seconds from 1 to \(longest) (90 days).")
            }
            lifetime = .seconds(seconds)
        }
        let wanted = TokenRequest(
            user: principal.user,
            name: name,
            scopes: scopes,
            folders: folders,
            lifetime: lifetime,
            clientID: principal.clientID
        )
        let limiter = self.gate.gate.limiter
        try await limiter.count(.credential, of: principal.user, limit: .credentials, context: context)
        let new = try await APIError.mappingAccountErrors {
            try await self.accounts.tokens.issue(wanted, from: context.auditOrigin(principal))
        }
        return Self.answer(new, status: .created)
    }

    private func refresh(_ principal: Principal, _ context: CarrelRequestContext) async throws -> Response {
        guard principal.grantID == nil else { throw Self.restricted }
        let new = try await self.accounts.tokens.refresh(principal, from: context.auditOrigin(principal))
        return Self.answer(new, status: .ok)
    }

    private func revoke(_ id: String, _ principal: Principal, _ context: CarrelRequestContext) async throws -> Response
    {
        try Self.refuseRestricted(principal)
        let origin = context.auditOrigin(principal)
        guard try await self.accounts.tokens.revoke(id, of: principal.user, reason: .user, from: origin) else {
            throw APIError(.notFound, "not_found", "You have no such token.")
        }
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
        let origin = context.auditOrigin(principal)
        if everywhere == "true" {
            try Self.refuseRestricted(principal)
            try await self.accounts.logOutEverywhere(principal.user, from: origin)
        } else {
            try await self.accounts.logOut(principal, from: origin)
        }
        return Response(status: .noContent)
    }

    // MARK: Pieces

    /// A restricted token must not issue tokens that outlive it, nor list or revoke other tokens; it may refresh itself
    /// and log out.
    private static func refuseRestricted(_ principal: Principal) throws {
        guard principal.isUnrestricted else { throw Self.restricted }
    }

    private static let restricted = APIError(
        .forbidden,
        "forbidden",
        "This token is for some scopes or folders only, or an app's: it cannot manage its user's tokens.",
        detail: "Use a token for everything, or the page of this server. Apps get new tokens with their refresh tokens."
    )

    /// The scopes of a new token, never more than those of the token that requests it.
    private static func scopes(_ value: JSONValue?, of principal: Principal) throws -> ScopeSet {
        guard let value, value != .null else { return principal.scopes }
        guard let names = value.arrayValue?.compactMap(\.stringValue), names.count == value.arrayValue?.count,
            !names.isEmpty
        else { throw Self.invalid("'scopes' must be a list of scopes, such as [\"notes:read\"].") }
        if let other = names.first(where: { !principal.scopes.names.contains($0) }) {
            throw APIError(
                .forbidden,
                "forbidden",
                "This token cannot give the scope '\(other.prefix(bytes: 50))', which it lacks."
            )
        }
        return ScopeSet(names.joined(separator: " "))
    }

    /// The folders that a new token is restricted to.
    private static func folders(_ value: JSONValue?) throws -> [String]? {
        guard let value, value != .null else { return nil }
        guard let texts = value.arrayValue?.compactMap(\.stringValue), texts.count == value.arrayValue?.count,
            (1...20).contains(texts.count), texts.reduce(0, { $0 + $1.utf8.count }) <= 2048
        else { throw Self.invalid("'folders' must be a list of 1 to 20 folders, such as [\"work\"].") }
        do {
            return try Vault.folders(texts)
        } catch let error as VaultError {
            throw Self.invalid("'folders' names no folder: \(error.message).")
        }
    }

    private static func invalid(_ message: String) -> APIError {
        APIError(.badRequest, "validation_error", message)
    }

    private static func answer(_ new: NewToken, status: HTTPResponse.Status) -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("token")
        writer.value(new.token.token)
        Self.describe(new.record, in: &writer)
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
        if let folders = record.folders {
            writer.key("folders")
            writer.beginArray()
            for folder in folders { writer.value(folder) }
            writer.endArray()
        }
        writer.key("expires_at")
        writer.value(RFC3339.text(seconds: record.expiresAt))
    }
}
