import Accounts
import Encodings
import HTTPServer
import HTTPTypes
import Hummingbird
import Identity
import Logging
import SharedState
import Vault

/// Login with the OpenID provider, or without proof on a local server, and logout.
struct LoginRoutes: Sendable {
    let provider: OpenIDProvider?
    /// Whether this is a local server, where users sign in without proof.
    let isLocal: Bool
    let logins: any LoginStore
    let webSessions: WebSessions
    let pages: Pages
    let limiter: ActionRateLimiter
    let accounts: UserAccounts
    let audit: any AuditTrail
    let vaults: VaultStore
    /// Fills the vault of a new user.
    let welcome: @Sendable (Vault) async throws -> Void

    private static let limit = RateLimit(120, per: .seconds(60))
    /// Bytes of the logins that all browsers begin, in the time for which each is kept.
    private static let pending = RateLimit(32 << 20, per: Lifetimes.login)

    func add(to router: Router<CarrelRequestContext>) {
        router.get("/auth/login") { request, context in
            try await self.pages.catching(context) { try await self.begin(request, context) }
        }
        router.get("/auth/callback") { request, context in
            try await self.pages.catching(context) { try await self.finish(request, context) }
        }
        router.post("/auth/login") { request, context in
            try await self.pages.catching(context) { try await self.signInLocally(request, context) }
        }
        router.post("/auth/logout") { request, context in
            try await self.pages.catching(context) { try await self.signOut(request, context) }
        }
    }

    // MARK: In

    private func begin(_ request: Request, _ context: CarrelRequestContext) async throws -> Response {
        try await self.limiter.count(.login, limit: Self.limit, context: context)
        let next = Self.path(request.uri.queryParameters["next"].map { String($0) })
        // The secret of another tab's login is kept, so that both can be finished.
        let browser = try self.webSessions.login(of: request) ?? self.webSessions.newLogin()
        var response: Response
        if let provider = self.provider {
            let attempt = try LoginAttempt(browser: SecretDigest.of(browser), next: next)
            let state = try SecureRandom.identifier()
            let location: String
            do {
                location = try await provider.authorizationURL(for: attempt, state: state)
            } catch let error as IdentityError {
                throw Self.failure(error, context)
            }
            try await self.limiter.count(
                .login,
                storing: 512 + next.utf8.count,
                limit: Self.pending,
                context: context
            )
            try await self.logins.save(attempt, state: state)
            response = self.pages.redirect(to: location)
        } else if self.isLocal {
            guard LocalCaller.isLocal(request, context: context) else { throw Self.notLocal }
            let ticket = try self.webSessions.ticket("local", for: SecretDigest.of(browser))
            response = self.pages.page("local-login", ["ticket": ticket, "next": next])
        } else {
            return self.pages.noProvider()
        }
        self.webSessions.setLogin(browser, &response)
        return response
    }

    private func finish(_ request: Request, _ context: CarrelRequestContext) async throws -> Response {
        try await self.limiter.count(.login, limit: Self.limit, context: context)
        guard let provider = self.provider else { return self.pages.noProvider() }
        let form = Form(request.uri.query ?? "")
        guard let state = form?["state"], let attempt = try await self.logins.take(state: state),
            let browser = self.webSessions.login(of: request), SecretDigest.of(browser) == attempt.browser
        else {
            self.audit.record(.authenticationFailed, of: nil, context, [.reason: "login_state"])
            throw APIError(
                .badRequest,
                "invalid_request",
                "This login was begun in another browser, has been finished already, or took too long.",
                detail: "Sign in again."
            )
        }
        guard let code = form?["code"] else {
            let reason = form?["error"].map { ": \($0.prefix(bytes: 100))" } ?? ""
            throw APIError(.badRequest, "access_denied", "The provider did not sign you in\(reason).")
        }
        do {
            let user = try await provider.user(code: code, issuer: form?["iss"], attempt: attempt)
            return try await self.signIn(user.id, name: user.name, next: attempt.next, context)
        } catch let error as IdentityError {
            self.audit.record(
                .authenticationFailed,
                of: nil,
                context,
                [.reason: "login", .error: error.message]
            )
            throw Self.failure(error, context)
        }
    }

    private func signInLocally(_ request: Request, _ context: CarrelRequestContext) async throws -> Response {
        guard self.isLocal, self.provider == nil else {
            throw APIError.notFound()
        }
        guard LocalCaller.isLocal(request, context: context) else { throw Self.notLocal }
        let form = try await Form.reading(request)
        guard let browser = self.webSessions.login(of: request),
            try self.webSessions.payload(of: form["ticket"], for: SecretDigest.of(browser)) == "local"
        else { throw Self.foreignForm }
        do {
            return try await self.signIn(
                try UserID(form["user"] ?? ""),
                name: nil,
                next: Self.path(form["next"]),
                context
            )
        } catch let error as IdentityError where error.code == .invalidUser {
            throw APIError(.badRequest, "validation_error", error.message)
        }
    }

    private func signIn(
        _ user: UserID,
        name: String?,
        next: String,
        _ context: CarrelRequestContext
    ) async throws -> Response {
        try await self.limiter.count(.login, of: user, limit: .logins, context: context)
        let vault = try self.vaults.vault(of: user.value)
        do {
            if try await !self.vaults.hasVault(user.value) { try await self.welcome(vault) }
        } catch {
            // Only the welcome notes are missing: the login succeeds.
            context.logger.error("A new vault was not filled", metadata: ["user_id": "\(user)", "error": "\(error)"])
        }
        var response = self.pages.redirect(to: next)
        try await self.webSessions.signIn(user, name: name, &response)
        self.audit.record(.login, of: user, context, [:])
        return response
    }

    // MARK: Out

    private func signOut(_ request: Request, _ context: CarrelRequestContext) async throws -> Response {
        let form = try await Form.reading(request)
        guard let session = try await self.webSessions.session(of: request),
            try self.webSessions.payload(of: form["csrf"], for: session.digest) != nil
        else { throw Self.foreignForm }
        try await self.limiter.count(.accountForm, of: session.user, limit: .accountForms, context: context)
        let isEverywhere = form["everywhere"] == "true"
        let origin = context.auditOrigin()
        if isEverywhere { try await self.accounts.logOutEverywhere(session.user, from: origin) }
        var response = self.pages.redirect(to: "/")
        try await self.webSessions.signOut(request, &response)
        if !isEverywhere { self.accounts.recordLogout(of: session.user, from: origin) }
        return response
    }

    // MARK: Pieces

    /// A path of this server; `/` for anything else, so that logins redirect to no other host.
    private static func path(_ text: String?) -> String {
        guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), text.utf8.count <= 8192,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") })
        else { return "/" }
        return text
    }

    private static func failure(_ error: IdentityError, _ context: CarrelRequestContext) -> APIError {
        context.logger.warning("A login failed", metadata: ["error": "\(error.message)"])
        return error.code == .unreachable
            ? APIError(.badGateway, "unavailable", "The provider cannot be reached now: try again in a moment.")
            : APIError(.badRequest, "invalid_token", "The provider's answer is not accepted.", detail: error.message)
    }

    private static let notLocal = APIError(
        .forbidden,
        "forbidden",
        "Signing in without proof is for browsers on this machine.",
        detail: "Open http://localhost directly, or set OPENID_PROVIDER_URL."
    )

    static let foreignForm = APIError(
        .forbidden,
        "forbidden",
        "This form was not made for you, or you are no longer signed in.",
        detail: "Go back and load the page again."
    )
}
