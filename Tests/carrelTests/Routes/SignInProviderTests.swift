import HTTPServer
import HTTPTypes
import HummingbirdTesting
import Identity
import SharedState
import Testing

struct SignInProviderTests {
    private static let unreachable = "http://127.0.0.1:9"
    private static let secret = "0123456789abcdef0123"

    /// A login that the browser with the secret began at the provider.
    private static func begin(_ server: TestServer, browser: String = Self.secret) async throws {
        try await server.state.logins.save(LoginAttempt(browser: SecretDigest.of(browser), next: "/next"), state: "s")
    }

    private static func finish(_ server: TestServer, _ query: String) async throws -> TestResponse {
        let cookie: HTTPFields = [.cookie: "carrel-login=\(Self.secret)"]
        return try await server.send(.get, "/auth/callback?\(query)", headers: cookie)
    }

    @Test(arguments: ["/auth/login", "/auth/callback?state=s&code=c", "/oauth/authorize?client_id=https://a.example/b"])
    func withoutAProviderPagesNameTheSettings(path: String) async throws {
        try await withServer(isLocal: false) { server in
            let page = try await server.send(.get, path)
            #expect(page.status == .serviceUnavailable)
            #expect(page.headers[.cacheControl] == "no-store")
            #expect(page.headers[.setCookie] == nil)
            #expect(page.text.contains("OPENID_PROVIDER_URL"))
        }
    }

    @Test func withoutAProviderNoAppIsAuthorized() async throws {
        try await withServer(isLocal: false) { server in
            let app = try await server.registerApp()
            let page = try await server.send(.get, "/oauth/authorize?\(app.query())")
            #expect(page.status == .serviceUnavailable)
            #expect(page.headers[.location] == nil)
        }
    }

    @Test func aServerForManyHasNoLocalLogin() async throws {
        try await withServer(isLocal: false, isLive: true) { server in
            let response = try await server.post("/auth/login", ["user": "ada"])
            #expect(response.status == .notFound)
        }
    }

    @Test func aProviderReplacesTheLocalLogin() async throws {
        try await withServer(isLive: true, providerURL: Self.unreachable) { server in
            let response = try await server.post("/auth/login", ["user": "ada"])
            #expect(response.status == .notFound)
        }
    }

    @Test func anUnreachableProviderIsABadGateway() async throws {
        try await withServer(providerURL: Self.unreachable) { server in
            let page = try await server.send(.get, "/auth/login")
            #expect(page.status == .badGateway)
            #expect(page.headers[.setCookie] == nil)
            #expect(page.headers[.location] == nil)
            #expect(page.headers[.cacheControl] == "no-store")
        }
    }

    @Test func aLoginCannotFinishAtAnUnreachableProvider() async throws {
        try await withServer(providerURL: Self.unreachable) { server in
            try await Self.begin(server)
            let page = try await Self.finish(server, "state=s&code=c")
            let again = try await Self.finish(server, "state=s&code=c")
            let reasons = server.audit.events(.authenticationFailed).map { $0.details[.reason] }
            #expect(page.status == .badGateway)
            #expect(page.headers[.setCookie] == nil)
            #expect(again.status == .badRequest)
            #expect(reasons == ["login", "login_state"])
        }
    }

    @Test func aRefusalOfTheProviderIsShown() async throws {
        try await withServer(providerURL: Self.unreachable) { server in
            try await Self.begin(server)
            let page = try await Self.finish(server, "state=s&error=%3Cb%3Edenied")
            #expect(page.status == .badRequest)
            #expect(page.text.contains("&lt;b&gt;denied"))
            #expect(page.headers[.setCookie] == nil)
        }
    }

    @Test(arguments: ["", "code=c", "state=other&code=c", "state=s&state=s&code=c", "state=%zz&code=c"])
    func aCallbackNeedsItsState(query: String) async throws {
        try await withServer(providerURL: Self.unreachable) { server in
            try await Self.begin(server)
            let page = try await Self.finish(server, query)
            let reasons = server.audit.events(.authenticationFailed).map { $0.details[.reason] }
            #expect(page.status == .badRequest)
            #expect(reasons == ["login_state"])
        }
    }

    @Test func aCallbackNeedsTheBrowserOfItsLogin() async throws {
        try await withServer(providerURL: Self.unreachable) { server in
            try await Self.begin(server, browser: "another browser's secret")
            let page = try await Self.finish(server, "state=s&code=c")
            #expect(page.status == .badRequest)
            #expect(server.audit.names == ["authentication_failed"])
        }
    }

    @Test func aLoginExpiresAfterTenMinutes() async throws {
        try await withServer(providerURL: Self.unreachable) { server in
            try await Self.begin(server)
            server.clock.advance(601)
            let page = try await Self.finish(server, "state=s&error=denied")
            #expect(page.status == .badRequest)
            #expect(!page.text.contains("denied"))
        }
    }
}
