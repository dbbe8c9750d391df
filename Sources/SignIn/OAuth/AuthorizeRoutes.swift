import Accounts
import Encodings
import HTTPServer
import HTTPTypes
import Hummingbird
import Identity
import SharedState

/// `/oauth/authorize`: asks the user for consent, and redirects to the client with a code.
///
/// No state is stored before consent: the request travels in the form's ticket, which is signed for the browser's session.
struct AuthorizeRoutes: Sendable {
    let publicURL: PublicURL
    let directory: ClientDirectory
    let limiter: ActionRateLimiter
    let grants: ClientGrants
    let webSessions: WebSessions
    let pages: Pages
    /// Whether users can sign in here.
    let canSignIn: Bool
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    /// Seconds for which a consent page is valid.
    private static let consentLifetime: Int64 = 600
    /// In bytes.
    private static let longestQuery = 6000
    private static let limit = RateLimit(120, per: .seconds(60))

    func add(to router: Router<CarrelRequestContext>) {
        router.get("/oauth/authorize") { request, context in
            try await self.pages.catching(context) { try await self.ask(request, context) }
        }
        router.post("/oauth/authorize") { request, context in
            try await self.pages.catching(context) { try await self.decide(request, context) }
        }
    }

    /// A request's client and its redirect URI, both validated.
    private struct Caller {
        let client: OAuthClient
        let redirect: RedirectURI
        let form: Form
        let query: String

        /// What the consent page shows of the client, on one line.
        var shown: String { "\(self.redirect) \(self.client.name)" }
    }

    // MARK: Asking

    private func ask(_ request: Request, _ context: CarrelRequestContext) async throws -> Response {
        let query = request.uri.query ?? ""
        guard query.utf8.count <= Self.longestQuery else {
            throw APIError(.badRequest, "invalid_request", "The request of the app is too long.")
        }
        let session = try await self.webSessions.session(of: request)
        // Client documents are fetched for signed-in users only, and their number is limited.
        if session == nil, Self.namesDocument(query) { return self.signIn(query) }
        try await self.limiter.count(.authorization, limit: Self.limit, context: context)
        let caller = try await self.caller(query, session, context)
        let wanted: AuthorizationRequest
        do {
            wanted = try AuthorizationRequest(caller.form, publicURL: self.publicURL)
        } catch let failure as OAuthFailure {
            return self.sendBack(caller, [("error", failure.code), ("error_description", failure.message)])
        }
        guard let session else { return self.signIn(query) }
        var values: [String: Any] = [
            "client": caller.client.name, "owner": caller.redirect.owner, "user": session.user.value,
            "loopback": caller.redirect.isLoopback,
            "ticket": try self.webSessions.ticket("\(self.now())\n\(caller.shown)\n\(query)", for: session.digest),
            "scopes": wanted.scopes.names.sorted().map { ["name": $0, "text": Self.text(of: $0)] },
        ]
        if caller.client.isDocument { values["address"] = caller.client.id }
        return self.pages.page("consent", values, formTargets: [caller.redirect.source])
    }

    private func signIn(_ query: String) -> Response {
        guard self.canSignIn else { return self.pages.noProvider() }
        return self.pages.redirect(to: "/auth/login?next=\(PercentEncoding.encode("/oauth/authorize?\(query)"))")
    }

    private static func namesDocument(_ query: String) -> Bool {
        Form(query)?["client_id"]?.hasPrefix("https://") ?? false
    }

    private static func text(of scope: String) -> String {
        switch scope {
        case "notes:read": return "Read and search your notes"
        case "notes:write": return "Write, change and delete your notes"
        default: return scope
        }
    }

    // MARK: Deciding

    private func decide(_ request: Request, _ context: CarrelRequestContext) async throws -> Response {
        let form = try await Form.reading(request)
        let session = try await self.webSessions.session(of: request)
        let payload = try session.flatMap { try self.webSessions.payload(of: form["ticket"], for: $0.digest) }
        let parts = payload?.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false) ?? []
        guard let session, parts.count == 3, let time = Int64(parts[0]), self.now() - time <= Self.consentLifetime
        else {
            throw APIError(
                .forbidden,
                "forbidden",
                "This form was not made for you, or it is too old.",
                detail: "Go back to the app and begin again."
            )
        }
        let caller = try await self.caller(String(parts[2]), session, context)
        // The client's document may have changed since the user saw the page; consent covers only what was shown.
        guard caller.shown == parts[1] else {
            throw APIError(
                .forbidden,
                "forbidden",
                "The app describes itself differently now.",
                detail: "Go back to the app and begin again."
            )
        }
        let wanted = try AuthorizationRequest(caller.form, publicURL: self.publicURL)
        let scopes = ScopeSet(form.all("scope").joined(separator: " ")).intersection(wanted.scopes)
        guard form["decision"] == "allow", !scopes.isEmpty else {
            return self.sendBack(
                caller,
                [("error", "access_denied"), ("error_description", "The user did not allow it.")]
            )
        }
        try await self.limiter.count(.credential, of: session.user, limit: .credentials, context: context)
        let code = try await self.grants.authorize(
            caller.client,
            for: session.user,
            redirectURI: caller.form["redirect_uri"],
            challenge: wanted.challenge,
            scopes: scopes
        )
        return self.sendBack(caller, [("code", code)])
    }

    // MARK: Pieces

    /// The client of a request; until it is validated, the user is not redirected.
    private func caller(
        _ query: String,
        _ session: WebSession?,
        _ context: CarrelRequestContext
    ) async throws -> Caller {
        guard let form = Form(query), form.repeated(["client_id", "redirect_uri"]) == nil, let id = form["client_id"]
        else { throw APIError(.badRequest, "invalid_request", "The request does not say which app it is from.") }
        if id.hasPrefix("https://"), let session {
            try await self.limiter.count(.authorization, of: session.user, limit: .authorizations, context: context)
        }
        let requester = session.map { FetchRequester(user: $0.user, network: context.addressKey) }
        do {
            guard let client = try await self.directory.client(id, for: requester) else {
                throw APIError(
                    .badRequest,
                    "invalid_client",
                    "This server does not know that app.",
                    detail: "Remove the connection in the app and add it again, so that it registers anew."
                )
            }
            return Caller(
                client: client,
                redirect: try client.redirectURI(form["redirect_uri"]),
                form: form,
                query: query
            )
        } catch let error as IdentityError where error.code == .busy {
            throw APIError(.serviceUnavailable, "unavailable", error.message, headers: RetryAfter.moment.headers)
        } catch let error as IdentityError {
            throw APIError(.badRequest, error.code.rawValue, error.message)
        }
    }

    private func sendBack(_ caller: Caller, _ parameters: [(name: String, value: String)]) -> Response {
        var parameters = parameters
        if let state = caller.form["state"] { parameters.append(("state", state)) }
        parameters.append(("iss", "\(self.publicURL)"))
        return self.pages.redirect(to: caller.redirect.adding(parameters))
    }
}
