import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import Testing

/// OAuth and the pages while the shared state is unavailable.
struct UnavailableSignInTests {
    // MARK: OAuth

    private static func expectTemporarilyUnavailable(
        _ response: TestResponse,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let json = try response.json()
        #expect(response.status == .serviceUnavailable, "\(response.text)", sourceLocation: sourceLocation)
        #expect(response.headers[.retryAfter] == "1", sourceLocation: sourceLocation)
        #expect(response.headers[.cacheControl] == "no-store", sourceLocation: sourceLocation)
        #expect(json["error"] == "temporarily_unavailable", sourceLocation: sourceLocation)
        #expect(json["error_description"]?.stringValue?.isEmpty == false, sourceLocation: sourceLocation)
    }

    @Test(arguments: Outage.allCases, [false, true])
    func anOAuthRequestIsTemporarilyUnavailable(outage: Outage, isLive: Bool) async throws {
        try await withOutage(outage, isLive: isLive) { well, broken in
            let (browser, app) = (try await well.browser(), try await well.registerApp())
            let code = try await app.code(browser)
            let tokens = try await app.tokens(browser)
            let same = OAuthApp(server: broken, id: app.id)
            let registration = #"{"client_name":"a","redirect_uris":["https://a.example/cb"]}"#
            try Self.expectTemporarilyUnavailable(try await broken.send(.post, "/oauth/register", body: registration))
            try Self.expectTemporarilyUnavailable(try await same.exchange(code))
            try Self.expectTemporarilyUnavailable(try await same.refresh(tokens.refresh))
            for token in [tokens.refresh, tokens.access] {
                try Self.expectTemporarilyUnavailable(try await broken.post("/oauth/revoke", ["token": token]))
            }
            // What failed was not done: the code, and both tokens, are still good.
            let exchanged = try await app.exchange(code)
            let refreshed = try await app.refresh(tokens.refresh)
            #expect(exchanged.status == .ok)
            #expect(refreshed.status == .ok)
        }
    }

    // MARK: Pages

    private static func expectUnavailablePage(
        _ page: TestResponse,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(page.status == .serviceUnavailable, "\(page.text)", sourceLocation: sourceLocation)
        #expect(page.headers[.retryAfter] == "1", sourceLocation: sourceLocation)
        #expect(page.headers[.contentType]?.hasPrefix("text/html") == true, sourceLocation: sourceLocation)
        #expect(page.headers[.cacheControl] == "no-store", sourceLocation: sourceLocation)
        #expect(page.headers[.setCookie] == nil, sourceLocation: sourceLocation)
        #expect(page.headers[.location] == nil, sourceLocation: sourceLocation)
        #expect(page.text.contains("Try again in a moment"), sourceLocation: sourceLocation)
    }

    @Test(arguments: Outage.allCases)
    func theAccountPageIsUnavailable(outage: Outage) async throws {
        try await withOutage(outage) { well, broken in
            let browser = SignInBrowser(server: broken, cookie: try await well.browser().cookie)
            Self.expectUnavailablePage(try await browser.get("/"))
        }
    }

    @Test(arguments: ["/account/tokens", "/account/tokens/revoke", "/account/grants/revoke"], Outage.allCases)
    func aFormOfTheAccountPageIsUnavailable(path: String, outage: Outage) async throws {
        try await withOutage(outage) { well, broken in
            let signedIn = try await well.browser()
            let browser = SignInBrowser(server: broken, cookie: signedIn.cookie)
            let form: KeyValuePairs = [
                "csrf": try await signedIn.csrf(), "name": "a", "scope": "notes:read", "days": "1", "id": "x",
            ]
            Self.expectUnavailablePage(try await browser.post(path, form))
        }
    }

    @Test(arguments: [nil, "true"])
    func aLogoutIsUnavailable(everywhere: String?) async throws {
        // A logout here needs the web sessions only, which the second outage leaves.
        for outage in everywhere == nil ? [Outage.all] : Outage.allCases {
            try await withOutage(outage) { well, broken in
                let signedIn = try await well.browser()
                let browser = SignInBrowser(server: broken, cookie: signedIn.cookie)
                let csrf = try await signedIn.csrf()
                let page = try await browser.post("/auth/logout", ["csrf": csrf, "everywhere": everywhere ?? "false"])
                let account = try await signedIn.get("/")
                Self.expectUnavailablePage(page)
                #expect(account.text.contains("id=\"user\">ada"))
            }
        }
    }

    @Test(arguments: Outage.allCases)
    func aRequestOfAnAppIsUnavailable(outage: Outage) async throws {
        try await withOutage(outage) { well, broken in
            let app = try await well.registerApp()
            let signedIn = try await well.browser()
            let ticket = try await app.ask(signedIn).field("ticket")
            let browser = SignInBrowser(server: broken, cookie: signedIn.cookie)
            Self.expectUnavailablePage(try await OAuthApp(server: broken, id: app.id).ask(browser))
            let form: KeyValuePairs = ["ticket": ticket, "scope": "notes:read", "decision": "allow"]
            Self.expectUnavailablePage(try await browser.post("/oauth/authorize", form))
        }
    }

    @Test(arguments: Outage.allCases)
    func aLoginAtTheProviderIsUnavailable(outage: Outage) async throws {
        try await TestProvider.lend { provider in
            try await withOutage(outage, providerURL: provider.url) { _, broken in
                let cookie: HTTPFields = [.cookie: "carrel-login=0123456789abcdef0123"]
                let begun = try await broken.send(.get, "/auth/login")
                let finished = try await broken.send(.get, "/auth/callback?state=s&code=c", headers: cookie)
                Self.expectUnavailablePage(begun)
                Self.expectUnavailablePage(finished)
                #expect(broken.audit.names.isEmpty)
            }
        }
    }

    @Test func aLoginOfThisMachineIsUnavailable() async throws {
        try await withOutage(.all, isLive: true) { _, broken in
            Self.expectUnavailablePage(try await broken.send(.get, "/auth/login"))
        }
    }
}
