import HTTPServer
import HTTPTypes
import HummingbirdTesting
import SharedState
import Testing

struct OAuthAuthorizeTests {
    // MARK: Asking

    @Test func aSignedOutUserSignsInFirst() async throws {
        try await withServer { server in
            let app = try await server.registerApp()
            let response = try await server.send(.get, "/oauth/authorize?\(app.query())")
            let next = response.sentBack["next"]
            #expect(response.status == .seeOther)
            #expect(response.headers[.location]?.hasPrefix("/auth/login?next=%2Foauth%2Fauthorize%3F") == true)
            #expect(next == "/oauth/authorize?\(app.query())")
            #expect(response.headers[.cacheControl] == "no-store")
        }
    }

    @Test func documentsAreNotFetchedForSignedOutUsers() async throws {
        try await withServer { server in
            let response = try await server.send(.get, "/oauth/authorize?client_id=https://127.0.0.1/app")
            #expect(response.status == .seeOther)
            #expect(response.sentBack["next"] == "/oauth/authorize?client_id=https://127.0.0.1/app")
        }
    }

    @Test func theConsentPageNamesClientAndUser() async throws {
        try await withServer { server in
            let app = try await server.registerApp(name: "<b>Reader</b>")
            let page = try await app.ask(try await server.browser())
            let shown = [try page.element("user"), try page.element("client"), try page.element("redirect")]
            let policy = page.headers[.contentSecurityPolicy] ?? ""
            #expect(page.status == .ok)
            #expect(shown == ["ada", "&lt;b&gt;Reader&lt;/b&gt;", "app.example.com"])
            #expect(policy.contains("form-action 'self' https://app.example.com;"))
            #expect(policy.hasSuffix("frame-ancestors 'none'"))
            #expect(page.headers[.xFrameOptions] == "DENY")
            #expect(page.headers[.cacheControl] == "no-store")
            #expect(page.text.contains("value=\"notes:read\" checked"))
            #expect(page.text.contains("value=\"notes:write\" checked"))
            #expect(!page.text.contains("class=\"warning\""))
        }
    }

    @Test func theConsentPageShowsTheRequestedScopes() async throws {
        try await withServer { server in
            let page = try await server.registerApp().ask(try await server.browser(), ["scope": "notes:read openid"])
            #expect(page.text.contains("value=\"notes:read\""))
            #expect(!page.text.contains("value=\"notes:write\""))
        }
    }

    @Test func programsOfTheUsersMachineAreWarnedOf() async throws {
        try await withServer { server in
            let app = try await server.registerApp(redirects: ["http://127.0.0.1/cb"])
            let page = try await app.ask(try await server.browser(), ["redirect_uri": "http://127.0.0.1:5555/cb"])
            #expect(page.status == .ok)
            #expect(page.text.contains("class=\"warning\""))
            #expect(page.headers[.contentSecurityPolicy]?.contains("'self' http://127.0.0.1:5555;") == true)
        }
    }

    @Test func theOnlyRedirectURIMayBeLeftOut() async throws {
        try await withServer { server in
            let browser = try await server.browser()
            let one = try await server.registerApp().ask(browser, ["redirect_uri": nil])
            let two = try await server.registerApp(redirects: [OAuthApp.redirect, "https://b.example/"])
                .ask(browser, ["redirect_uri": nil])
            #expect(one.status == .ok)
            #expect(two.status == .badRequest)
        }
    }

    // MARK: What is not sent to a client

    @Test(
        arguments: [
            ["client_id": nil], ["client_id": ""], ["client_id": "unknown"], ["client_id": "http://a.example/app"],
            ["client_id": "https://127.0.0.1/app"], ["client_id": "https://a.example/"],
            ["client_id": String(repeating: "c", count: 129)], ["redirect_uri": "https://evil.example/"],
            ["redirect_uri": OAuthApp.redirect + "/"], ["redirect_uri": "javascript:alert(1)"],
        ] as [[String: String?]]
    )
    func anUnknownClientIsNotRedirectedTo(changes: [String: String?]) async throws {
        try await withServer { server in
            let page = try await server.registerApp().ask(try await server.browser(), changes)
            #expect(page.status == .badRequest)
            #expect(page.headers[.location] == nil)
            #expect(page.headers[.contentType] == "text/html; charset=utf-8")
            #expect(page.headers[.cacheControl] == "no-store")
        }
    }

    @Test(arguments: ["&client_id=x", "&redirect_uri=x", "&state=%zz"])
    func anAmbiguousClientIsNotRedirectedTo(suffix: String) async throws {
        try await withServer { server in
            let app = try await server.registerApp()
            let page = try await server.browser().get("/oauth/authorize?\(app.query())\(suffix)")
            #expect(page.status == .badRequest)
            #expect(page.headers[.location] == nil)
        }
    }

    @Test func requestsHaveALongestLength() async throws {
        try await withServer { server in
            let app = try await server.registerApp()
            let browser = try await server.browser()
            let rest = 6000 - app.query(["state": ""]).utf8.count
            let longest = try await app.ask(browser, ["state": String(repeating: "s", count: rest)])
            let over = try await app.ask(browser, ["state": String(repeating: "s", count: rest + 1)])
            #expect(longest.status == .ok)
            #expect(over.status == .badRequest)
        }
    }

    // MARK: What is sent to a client

    @Test(
        arguments: [
            (["response_type": "token"], "unsupported_response_type"),
            (["response_type": nil], "unsupported_response_type"),
            (["response_mode": "fragment"], "invalid_request"), (["code_challenge": nil], "invalid_request"),
            (["code_challenge": "short"], "invalid_request"), (["code_challenge_method": "plain"], "invalid_request"),
            (["code_challenge_method": nil], "invalid_request"), (["scope": "openid"], "invalid_scope"),
            (["resource": "https://other.example/mcp"], "invalid_target"),
        ] as [([String: String?], String)]
    )
    func errorsAreSentToTheClient(changes: [String: String?], code: String) async throws {
        try await withServer { server in
            let response = try await server.registerApp().ask(try await server.browser(), changes)
            let parameters = response.sentBack
            #expect(response.status == .seeOther)
            #expect(response.headers[.location]?.hasPrefix("\(OAuthApp.redirect)?error=") == true)
            #expect(parameters["error"] == code)
            #expect(parameters["state"] == "s 1&")
            #expect(parameters["iss"] == "http://localhost:7860")
            #expect(response.headers[.cacheControl] == "no-store")
        }
    }

    @Test(arguments: ["response_type", "state", "code_challenge", "code_challenge_method", "scope", "response_mode"])
    func repeatedParametersAreRefused(name: String) async throws {
        try await withServer { server in
            let app = try await server.registerApp()
            let query = "\(app.query())&\(name)=x&\(name)=y"
            let response = try await server.browser().get("/oauth/authorize?\(query)")
            #expect(response.status == .seeOther)
            #expect(response.sentBack["error"] == "invalid_request")
        }
    }

    @Test func requestsOfAnAddressAreLimited() async throws {
        try await withServer(isLive: true) { server in
            let app = try await server.registerApp()
            let browser = try await server.browser()
            var statuses: [Int] = []
            for _ in 0..<120 { statuses.append(try await app.ask(browser).status.code) }
            let over = try await app.ask(browser)
            #expect(statuses == Array(repeating: 200, count: 120))
            #expect(over.status == .tooManyRequests)
            #expect(over.headers[.retryAfter] != nil)
            #expect(server.audit.events(.rateLimited).map { $0.details[.limit] } == ["authorizations"])
        }
    }
}
