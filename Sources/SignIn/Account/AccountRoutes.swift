import Accounts
import Encodings
import HTTPServer
import HTTPTypes
import Hummingbird
import Identity
import SharedState

/// The account page: the tokens and apps of a user, and how to revoke them.
struct AccountRoutes: Sendable {
    let webSessions: WebSessions
    let pages: Pages
    let accounts: UserAccounts
    let limiter: ActionRateLimiter

    func add(to router: Router<CarrelRequestContext>) {
        router.get("/style.css") { _, _ in self.pages.style() }
        router.get("/") { request, context in
            try await self.pages.catching(context) { try await self.show(request) }
        }
        router.post("/account/tokens") { request, context in
            try await self.acting(request, context) { try await self.makeToken($0, $1, context) }
        }
        router.post("/account/tokens/revoke") { request, context in
            try await self.acting(request, context) { session, form in
                let origin = context.auditOrigin()
                if let id = form["id"] {
                    _ = try await self.accounts.tokens.revoke(id, of: session.user, reason: .user, from: origin)
                }
                return self.pages.redirect(to: "/")
            }
        }
        router.post("/account/grants/revoke") { request, context in
            try await self.acting(request, context) { session, form in
                let origin = context.auditOrigin()
                if let id = form["id"] {
                    _ = try await self.accounts.grants.revoke(id, of: session.user, reason: .user, from: origin)
                }
                return self.pages.redirect(to: "/")
            }
        }
    }

    /// Handles a form of a signed-in user; its ticket must be of the user's session.
    private func acting(
        _ request: Request,
        _ context: CarrelRequestContext,
        _ act: (WebSession, Form) async throws -> Response
    ) async throws -> Response {
        try await self.pages.catching(context) {
            let form = try await Form.reading(request)
            guard let session = try await self.webSessions.session(of: request),
                try self.webSessions.payload(of: form["csrf"], for: session.digest) != nil
            else { throw LoginRoutes.foreignForm }
            try await self.limiter.count(.accountForm, of: session.user, limit: .accountForms, context: context)
            return try await act(session, form)
        }
    }

    private func show(_ request: Request) async throws -> Response {
        guard let session = try await self.webSessions.session(of: request) else {
            return self.pages.page("welcome", ["endpoint": self.pages.endpoint], framing: .byHost)
        }
        let csrf = try self.webSessions.ticket(for: session.digest)
        let grants = try await self.accounts.grants.grants(of: session.user).map { grant in
            [
                "id": grant.id, "name": grant.clientName, "scopes": grant.scopes.description,
                "used": RFC3339.text(seconds: grant.lastUsed), "csrf": csrf,
            ]
        }
        let tokens = try await self.accounts.tokens.tokens(of: session.user).map { token in
            [
                "id": token.id, "name": token.name, "csrf": csrf, "ends": RFC3339.text(seconds: token.expiresAt),
                "scopes": (token.scopes + (token.folders ?? []).map { "only \($0)/" }).joined(separator: " "),
                "used": token.lastUsed.map { RFC3339.text(seconds: $0) } ?? "never",
            ]
        }
        var values: [String: Any] = [
            "user": session.user.value, "endpoint": self.pages.endpoint, "csrf": csrf, "grants": grants,
            "tokens": tokens, "hasGrants": !grants.isEmpty, "hasTokens": !tokens.isEmpty,
            "days": "\(max(1, self.accounts.tokens.usualLifetime.components.seconds / 86400))",
        ]
        values["name"] = session.name
        return self.pages.page("account", values)
    }

    private func makeToken(_ session: WebSession, _ form: Form, _ context: CarrelRequestContext) async throws
        -> Response
    {
        guard let name = form["name"], DisplayName.isPlain(name) else {
            throw APIError.validation("A token needs a name of 1 to 100 characters.")
        }
        let scopes = ScopeSet(form.all("scope").joined(separator: " "))
        guard !scopes.isEmpty else {
            throw APIError.validation("A token needs at least one scope.")
        }
        guard let days = form["days"].flatMap({ Int64($0) }),
            (1...AccessTokens.longestLifetime.components.seconds / 86400).contains(days)
        else {
            throw APIError.validation("A token is valid for 1 to 90 days.")
        }
        try await self.limiter.count(.credential, of: session.user, limit: .credentials, context: context)
        let wanted = TokenRequest(user: session.user, name: name, scopes: scopes, lifetime: .seconds(days * 86400))
        let new = try await self.accounts.tokens.issue(wanted, from: context.auditOrigin())
        return self.pages.page(
            "token",
            [
                "token": new.token.token, "ends": RFC3339.text(seconds: new.token.expiresAt),
                "endpoint": self.pages.endpoint,
            ]
        )
    }
}
