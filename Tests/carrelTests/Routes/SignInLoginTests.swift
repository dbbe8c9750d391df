import HTTPServer
import HTTPTypes
import HummingbirdTesting
import Identity
import SharedState
import Testing

struct SignInLoginTests {
    /// The header `Cookie` of the browser that was sent a login page.
    private static func cookie(_ page: TestResponse) throws -> HTTPFields {
        [.cookie: "carrel-login=\(try page.cookie("carrel-login").value)"]
    }

    @Test func theLoginPageBindsTheLoginToItsBrowser() async throws {
        try await withServer(isLive: true) { server in
            let page = try await server.send(.get, "/auth/login?next=/oauth/authorize?a=1%26b=2")
            let next = try page.field("next")
            let cookie = try page.cookie("carrel-login")
            #expect(page.status == .ok)
            #expect(next == "/oauth/authorize?a=1&amp;b=2")
            #expect(cookie.value.utf8.count >= 22)
            #expect(cookie.attributes == ["Path=/", "Max-Age=600", "HttpOnly", "SameSite=Lax"])
            #expect(page.headers[.cacheControl] == "no-store")
            #expect(page.headers[.xFrameOptions] == "DENY")
        }
    }

    @Test func loginsOfTwoTabsShareACookie() async throws {
        try await withServer(isLive: true) { server in
            let first = try await server.send(.get, "/auth/login")
            let second = try await server.send(.get, "/auth/login", headers: try Self.cookie(first))
            let values = [try first.cookie("carrel-login").value, try second.cookie("carrel-login").value]
            let form: KeyValuePairs = ["ticket": try first.field("ticket"), "user": "ada"]
            let response = try await server.post("/auth/login", form, headers: try Self.cookie(second))
            #expect(values[0] == values[1])
            #expect(response.status == .seeOther)
        }
    }

    @Test func aLoginOpensASession() async throws {
        try await withServer(isLive: true) { server in
            let page = try await server.send(.get, "/auth/login")
            let form: KeyValuePairs = ["ticket": try page.field("ticket"), "user": "ada", "next": "/x?y=1"]
            let response = try await server.post("/auth/login", form, headers: try Self.cookie(page))
            let cookie = try response.cookie("carrel")
            let account = try await server.send(.get, "/", headers: [.cookie: "carrel=\(cookie.value)"])
            let user = try account.element("user")
            #expect(response.status == .seeOther)
            #expect(response.headers[.location] == "/x?y=1")
            #expect(response.headers[.cacheControl] == "no-store")
            #expect(cookie.attributes == ["Path=/", "Max-Age=2592000", "HttpOnly", "SameSite=Lax"])
            #expect(user == "ada")
            #expect(server.audit.events(.login).map(\.user) == ["ada"])
            #expect(server.audit.events(.login).map(\.address) == ["127.0.0.1"])
        }
    }

    @Test func cookiesOfHTTPSAreSecure() async throws {
        try await withServer(isLive: true, publicURL: "https://localhost") { server in
            let page = try await server.send(.get, "/auth/login")
            let login = try page.cookie("__Host-carrel-login")
            let form: KeyValuePairs = ["ticket": try page.field("ticket"), "user": "ada"]
            let headers: HTTPFields = [.cookie: "__Host-carrel-login=\(login.value)"]
            let session = try await server.post("/auth/login", form, headers: headers).cookie("__Host-carrel")
            #expect(login.attributes == ["Path=/", "Max-Age=600", "HttpOnly", "SameSite=Lax", "Secure"])
            #expect(session.attributes == ["Path=/", "Max-Age=2592000", "HttpOnly", "SameSite=Lax", "Secure"])
        }
    }

    @Test(arguments: [
        "", "//evil.example", "https://evil.example", "/%5Cevil.example", "evil", "%20/", "/a%20b",
        "/%0d%0aSet-Cookie:a",
        "/%C3%BC",
    ])
    func loginsLeadToPathsOfThisServerOnly(next: String) async throws {
        try await withServer(isLive: true) { server in
            let page = try await server.send(.get, "/auth/login?next=\(next)")
            let shown = try page.field("next")
            let form: KeyValuePairs = ["ticket": try page.field("ticket"), "user": "ada", "next": "//evil.example"]
            let response = try await server.post("/auth/login", form, headers: try Self.cookie(page))
            #expect(shown == "/")
            #expect(response.headers[.location] == "/")
        }
    }

    @Test(arguments: ["", ".", "-a", "a..b", "a/b", "a b", "\u{FC}", String(repeating: "a", count: 65)])
    func badUserIDsAreRefused(user: String) async throws {
        try await withServer(isLive: true) { server in
            let page = try await server.send(.get, "/auth/login")
            let form: KeyValuePairs = ["ticket": try page.field("ticket"), "user": user]
            let response = try await server.post("/auth/login", form, headers: try Self.cookie(page))
            #expect(response.status == .badRequest)
            #expect(response.headers[.setCookie] == nil)
            #expect(server.audit.names.isEmpty)
        }
    }

    @Test func loginFormsNeedTheTicketOfTheirBrowser() async throws {
        try await withServer(isLive: true) { server in
            let page = try await server.send(.get, "/auth/login")
            let foreign = try await server.send(.get, "/auth/login").field("ticket")
            let account = try await server.browser().csrf()
            let ticket = try page.field("ticket")
            let cookie = try Self.cookie(page)
            var statuses = [try await server.post("/auth/login", ["ticket": ticket, "user": "ada"]).status.code]
            for wrong in ["", "x", foreign, account] {
                let form: KeyValuePairs = ["ticket": wrong, "user": "ada"]
                statuses.append(try await server.post("/auth/login", form, headers: cookie).status.code)
            }
            let repeated: KeyValuePairs = ["ticket": ticket, "ticket": ticket, "user": "ada"]
            statuses.append(try await server.post("/auth/login", repeated, headers: cookie).status.code)
            #expect(statuses == Array(repeating: 403, count: 6))
            #expect(server.audit.names.isEmpty)
        }
    }

    @Test func loginBodiesMustBeForms() async throws {
        try await withServer(isLive: true) { server in
            let json = try await server.send(.post, "/auth/login", body: "{}")
            let malformed = try await server.post("/auth/login", text: "user=%")
            let large = try await server.post("/auth/login", ["user": String(repeating: "a", count: 32769)])
            #expect(json.status == .unsupportedMediaType)
            #expect(malformed.status == .badRequest)
            #expect(large.status == .contentTooLarge)
        }
    }

    @Test(
        arguments: [
            [.origin: "http://localhost:9999"], [.xForwardedFor: "127.0.0.1"], [.via: "1.1 proxy"],
        ] as [HTTPFields]
    )
    func otherCallersDoNotSignInWithoutProof(headers: HTTPFields) async throws {
        try await withServer(isLive: true) { server in
            let page = try await server.send(.get, "/auth/login", headers: headers)
            let response = try await server.post("/auth/login", ["user": "ada"], headers: headers)
            #expect(page.status == .forbidden)
            #expect(page.headers[.setCookie] == nil)
            #expect(response.status == .forbidden)
        }
    }

    @Test func withoutAnAddressNoLoginIsLocal() async throws {
        try await withServer { server in
            let page = try await server.send(.get, "/auth/login")
            #expect(page.status == .forbidden)
        }
    }

    @Test func loginsOfAnAddressAreLimited() async throws {
        try await withServer(isLive: true) { server in
            var statuses: [Int] = []
            for _ in 0..<120 { statuses.append(try await server.send(.get, "/auth/login").status.code) }
            let over = try await server.send(.get, "/auth/callback?state=x")
            server.clock.advance(60)
            let later = try await server.send(.get, "/auth/login")
            #expect(statuses == Array(repeating: 200, count: 120))
            #expect(over.status == .tooManyRequests)
            #expect(over.headers[.retryAfter] != nil)
            #expect(over.headers[.contentType] == "text/html; charset=utf-8")
            #expect(later.status == .ok)
            #expect(server.audit.events(.rateLimited).map { $0.details[.limit] } == ["logins"])
        }
    }
}
