import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import Identity
import SharedState
import Testing

/// What clients make the server store is bounded: by user, and in all before a user is known.
struct StoredStateTests {
    private static let unlimited = RateLimits(
        requests: RateLimit(0, per: .seconds(60)),
        writes: RateLimit(0, per: .seconds(60))
    )

    /// Takes all but a few bytes of what clients may store without a user.
    private static func fill(_ action: RateLimitedAction, _ bytes: Int, per period: Duration, _ server: TestServer)
        async throws
    {
        _ = try await server.state.actions.count(
            action,
            of: .all,
            limit: RateLimit(bytes, per: period),
            cost: bytes - 1000
        )
    }

    @Test func newTokensOfAUserAreLimited() async throws {
        try await withServer(rates: Self.unlimited) { server in
            let token = try await server.token()
            let other = try await server.token("bob")
            var statuses: [Int] = []
            for number in 0..<120 {
                let body = #"{"name":"token \#(number)"}"#
                statuses.append(try await server.send(.post, "/api/tokens", token: token, body: body).status.code)
            }
            let over = try await server.send(.post, "/api/tokens", token: token, body: #"{"name":"one more"}"#)
            let page = try await server.browser().makeToken()
            let others = try await server.send(.post, "/api/tokens", token: other, body: #"{"name":"first"}"#)
            #expect(statuses.filter { $0 == 201 }.count == 99)
            #expect(statuses.filter { $0 == 409 }.count == 21)
            #expect(over.status == .tooManyRequests)
            #expect(over.headers[.retryAfter] == "30")
            #expect(page.status == .tooManyRequests)
            #expect(others.status == .created)
            #expect(server.audit.events(.rateLimited).map { $0.details[.limit] } == ["credentials", "credentials"])
            #expect(server.audit.events(.rateLimited).map(\.user) == ["ada", "ada"])
        }
    }

    @Test func formsOfTheAccountPageAreLimitedByUser() async throws {
        try await withServer { server in
            let browser = try await server.browser()
            let csrf = try await browser.csrf()
            var statuses: [Int] = []
            for _ in 0..<61 {
                let response = try await browser.post("/account/tokens/revoke", ["csrf": csrf, "id": "none"])
                statuses.append(response.status.code)
            }
            let bobs = try await server.browser("bob")
            let other = try await bobs.post("/account/tokens/revoke", ["csrf": try await bobs.csrf(), "id": "none"])
            #expect(statuses == Array(repeating: 303, count: 60) + [429])
            #expect(other.status == .seeOther)
        }
    }

    @Test func consentsOfAUserAreLimited() async throws {
        try await withServer { server in
            let browser = try await server.browser()
            let app = try await server.registerApp()
            for _ in 0..<120 {
                _ = try await server.state.actions.count(
                    .credential,
                    of: .user(try UserID("ada")),
                    limit: .credentials,
                    cost: 1
                )
            }
            let ticket = try await app.ask(browser).field("ticket")
            let refused = try await browser.post(
                "/oauth/authorize",
                ["ticket": ticket, "scope": "notes:read", "decision": "allow"]
            )
            #expect(refused.status == .tooManyRequests)
            #expect(refused.headers[.retryAfter] == "30")
        }
    }

    @Test func beganLoginsAreBoundedInAll() async throws {
        try await TestProvider.lend { provider in
            try await withServer(providerURL: provider.url) { server in
                let browser = try await server.browser()
                try await Self.fill(.login, 32 << 20, per: .seconds(600), server)
                let last = try await server.send(.get, "/auth/login")
                let refused = try await server.send(.get, "/auth/login")
                let page = try await browser.get("/")
                server.clock.advance(600)
                let later = try await server.send(.get, "/auth/login")
                #expect(last.status == .seeOther)
                #expect(refused.status == .serviceUnavailable)
                #expect(refused.headers[.retryAfter] == "1")
                #expect(page.status == .ok)
                #expect(later.status == .seeOther)
            }
        }
    }

    @Test func unusedRegistrationsAreBoundedInAll() async throws {
        try await withServer { server in
            let browser = try await server.browser()
            let known = try await server.registerApp()
            try await Self.fill(.registration, 64 << 20, per: .seconds(3600), server)
            let body = #"{"redirect_uris":["https://app.example.com/callback"]}"#
            let refused = try await server.send(.post, "/oauth/register", body: body)
            let json = try refused.json()
            let page = try await known.ask(browser)
            server.clock.advance(3600)
            let later = try await server.send(.post, "/oauth/register", body: body)
            #expect(refused.status == .serviceUnavailable)
            #expect(refused.headers[.retryAfter] == "1")
            #expect(json["error"] == "temporarily_unavailable")
            #expect(page.status == .ok)
            #expect(later.status == .created)
        }
    }
}

extension SignInBrowser {
    /// Sends the form of the account page for a new token.
    fileprivate func makeToken() async throws -> TestResponse {
        let csrf = try await self.csrf()
        return try await self.post(
            "/account/tokens",
            ["csrf": csrf, "name": "x", "scope": "notes:read", "days": "1"]
        )
    }
}
