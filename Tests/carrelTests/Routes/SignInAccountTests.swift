import Accounts
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import Identity
import SharedState
import Testing

struct SignInAccountTests {
    // MARK: Guards

    private static let paths = [
        "/account/tokens", "/account/tokens/revoke", "/account/grants/revoke", "/auth/logout",
    ]

    @Test(arguments: paths)
    func formsNeedASession(path: String) async throws {
        try await withServer { server in
            let csrf = try await server.browser().csrf()
            let response = try await server.post(path, ["csrf": csrf, "id": "x"])
            #expect(response.status == .forbidden)
            #expect(response.headers[.cacheControl] == "no-store")
            #expect(response.headers[.xFrameOptions] == "DENY")
            #expect(server.audit.names.isEmpty)
        }
    }

    @Test(arguments: paths)
    func formsNeedTheTicketOfTheirSession(path: String) async throws {
        try await withServer { server in
            let browser = try await server.browser()
            let own = try await browser.csrf()
            let foreign = try await server.browser("bob").csrf()
            let otherSession = try await server.browser().csrf()
            var statuses: [Int] = []
            for ticket in ["", "x", foreign, otherSession, own + "x", String(own.dropLast())] {
                statuses.append(try await browser.post(path, ["csrf": ticket]).status.code)
            }
            statuses.append(try await browser.post(path, [:]).status.code)
            statuses.append(try await browser.post(path, ["csrf": own, "csrf": own]).status.code)
            #expect(statuses == Array(repeating: 403, count: 8))
            #expect(server.audit.names.isEmpty)
        }
    }

    @Test(arguments: paths)
    func bodiesMustBeForms(path: String) async throws {
        try await withServer { server in
            let browser = try await server.browser()
            let cookie: HTTPFields = [.cookie: browser.cookie]
            let json = try await server.send(.post, path, headers: cookie, body: "{}")
            let malformed = try await server.post(path, text: "csrf=%zz", headers: cookie)
            let large = try await browser.post(path, ["csrf": String(repeating: "x", count: 32769)])
            #expect(json.status == .unsupportedMediaType)
            #expect(malformed.status == .badRequest)
            #expect(large.status == .contentTooLarge)
        }
    }

    // MARK: Tokens

    @Test func aTokenIsMade() async throws {
        try await withServer { server in
            let browser = try await server.browser()
            let form: KeyValuePairs = [
                "csrf": try await browser.csrf(), "name": "My CLI", "scope": "notes:read", "days": "7",
            ]
            let page = try await browser.post("/account/tokens", form)
            let token = try page.element("token")
            let isAccepted = try await server.accepts(token)
            let listed = try await server.accounts.tokens.tokens(of: try UserID("ada"))
            #expect(page.status == .ok)
            #expect(page.headers[.cacheControl] == "no-store")
            #expect(isAccepted)
            #expect(listed.map(\.name) == ["My CLI"])
            #expect(listed.map(\.scopes) == [["notes:read"]])
            #expect(listed.map(\.expiresAt) == [server.clock.now + 7 * 86400])
            #expect(server.audit.events(.tokenIssued).map { $0.details[.tokenName] } == ["My CLI"])
        }
    }

    @Test(arguments: [
        ["name": ""], ["name": String(repeating: "n", count: 101)], ["name": "a\u{202E}b"], ["name": "a\nb"],
        ["scope": ""], ["scope": "notes:everything"], ["days": ""], ["days": "0"], ["days": "91"], ["days": "-1"],
        ["days": "1.5"], ["days": "99999999999999999999"],
    ])
    func badTokensAreNotMade(changes: [String: String]) async throws {
        try await withServer { server in
            let browser = try await server.browser()
            let form: KeyValuePairs = [
                "csrf": try await browser.csrf(), "name": changes["name"] ?? "CLI",
                "scope": changes["scope"] ?? "notes:read", "days": changes["days"] ?? "7",
            ]
            let response = try await browser.post("/account/tokens", form)
            #expect(response.status == .badRequest)
            #expect(server.audit.names.isEmpty)
        }
    }

    @Test func aUserHasAtMostAHundredTokens() async throws {
        try await withServer { server in
            for _ in 0..<100 { _ = try await server.token() }
            let browser = try await server.browser()
            let form: KeyValuePairs = [
                "csrf": try await browser.csrf(), "name": "One more", "scope": "notes:read", "days": "7",
            ]
            let response = try await browser.post("/account/tokens", form)
            #expect(response.status == .conflict)
            #expect(server.audit.names.count == 100)
        }
    }

    @Test func aTokenIsRevoked() async throws {
        try await withServer { server in
            let token = try await server.token()
            let browser = try await server.browser()
            let page = try await browser.get("/")
            let form: KeyValuePairs = ["csrf": try page.field("csrf"), "id": try page.field("id")]
            let first = try await browser.post("/account/tokens/revoke", form)
            let again = try await browser.post("/account/tokens/revoke", form)
            let isAccepted = try await server.accepts(token)
            #expect(first.status == .seeOther)
            #expect(first.headers[.location] == "/")
            #expect(again.status == .seeOther)
            #expect(!isAccepted)
            #expect(server.audit.events(.tokenRevoked).map { $0.details[.reason] } == ["user"])
        }
    }

    // MARK: Grants

    @Test func anAppIsDisconnected() async throws {
        try await withServer { server in
            let browser = try await server.browser()
            let app = try await server.registerApp()
            let tokens = try await app.tokens(browser)
            let page = try await browser.get("/")
            let form: KeyValuePairs = ["csrf": try page.field("csrf"), "id": try page.field("id")]
            let response = try await browser.post("/account/grants/revoke", form)
            let isAccepted = try await server.accepts(tokens.access)
            let refreshed = try await app.refresh(tokens.refresh)
            #expect(response.status == .seeOther)
            #expect(response.headers[.location] == "/")
            #expect(!isAccepted)
            #expect(refreshed.status == .badRequest)
            #expect(server.audit.events(.grantRevoked).map { $0.details[.reason] } == ["user"])
        }
    }

    @Test func usersRevokeOnlyTheirOwn() async throws {
        try await withServer { server in
            let owner = try await server.browser()
            let token = try await server.token()
            let access = try await server.registerApp().tokens(owner).access
            let tokenID = try #require(try await server.accounts.tokens.tokens(of: try UserID("ada")).first?.id)
            let grantID = try #require(try await server.accounts.grants.grants(of: try UserID("ada")).first?.id)
            let other = try await server.browser("bob")
            let csrf = try await other.csrf()
            _ = try await other.post("/account/tokens/revoke", ["csrf": csrf, "id": tokenID])
            _ = try await other.post("/account/grants/revoke", ["csrf": csrf, "id": grantID])
            _ = try await other.post("/account/grants/revoke", ["csrf": csrf])
            let accepted = [try await server.accepts(token), try await server.accepts(access)]
            #expect(accepted == [true, true])
            #expect(server.audit.events(.tokenRevoked).isEmpty)
            #expect(server.audit.events(.grantRevoked).isEmpty)
        }
    }
}
