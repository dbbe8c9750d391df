import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import SharedState
import Testing

struct OAuthFlowTests {
    /// Signs in by the local login, as an app sends its user there.
    private static func signIn(_ server: TestServer, for app: OAuthApp) async throws -> SignInBrowser {
        let asked = try await server.send(.get, "/oauth/authorize?\(app.query())")
        let page = try await server.send(.get, try #require(asked.headers[.location]))
        let login = try page.cookie("carrel-login").value
        let next = try #require(asked.sentBack["next"])
        let form: KeyValuePairs = ["ticket": try page.field("ticket"), "user": "ada", "next": next]
        let response = try await server.post("/auth/login", form, headers: [.cookie: "carrel-login=\(login)"])
        #expect(response.headers[.location] == next)
        return SignInBrowser(server: server, cookie: "carrel=\(try response.cookie("carrel").value)")
    }

    @Test func anAppGoesFromRegistrationToRevocation() async throws {
        try await withServer(isLive: true) { server in
            let app = try await server.registerApp()
            let browser = try await Self.signIn(server, for: app)
            let tokens = try await app.tokens(browser)
            let called = try await server.accepts(tokens.access)
            let next = try await app.refresh(tokens.refresh).tokens()
            let calledAgain = try await server.accepts(next.access)
            let revoked = try await server.post("/oauth/revoke", ["token": next.refresh])
            let calledAtLast = try await server.accepts(next.access)
            let account = try await browser.get("/")
            #expect([called, calledAgain, calledAtLast] == [true, true, false])
            #expect(revoked.status == .ok)
            #expect(!account.text.contains("id=\"grants\""))
        }
    }

    @Test func aFlowIsAudited() async throws {
        try await withServer(isLive: true) { server in
            let app = try await server.registerApp()
            let tokens = try await app.tokens(try await Self.signIn(server, for: app))
            _ = try await app.refresh(tokens.refresh)
            _ = try await server.post("/oauth/revoke", ["token": tokens.refresh])
            let events = ["login", "grant", "token_refreshed", "grant_revoked"]
            #expect(server.audit.names == events)
        }
    }

    @Test func anAppCallsTools() async throws {
        try await withServer { server in
            let access = try await server.registerApp().tokens(try await server.browser()).access
            let body =
                #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","#
                + #""capabilities":{},"clientInfo":{"name":"test","version":"1"}}}"#
            let headers: HTTPFields = [.accept: "application/json, text/event-stream"]
            let response = try await server.send(.post, "/mcp", token: access, headers: headers, body: body)
            #expect(response.status == .ok)
            #expect(response.headers[.mcpSessionID] != nil)
        }
    }
}
