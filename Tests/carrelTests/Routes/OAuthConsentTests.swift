import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import SharedState
import Testing

struct OAuthConsentTests {
    private static let path = "/oauth/authorize"

    @Test func consentSendsACodeToTheClient() async throws {
        try await withServer { server in
            let browser = try await server.browser()
            let ticket = try await server.registerApp().ask(browser).field("ticket")
            let form: KeyValuePairs = ["ticket": ticket, "scope": "notes:read", "decision": "allow"]
            let response = try await browser.post(Self.path, form)
            let parameters = response.sentBack
            #expect(response.status == .seeOther)
            #expect(response.headers[.location]?.hasPrefix("\(OAuthApp.redirect)?code=") == true)
            #expect(Set(parameters.keys) == ["code", "state", "iss"])
            #expect(parameters["state"] == "s 1&")
            #expect(parameters["iss"] == "http://localhost:7860")
            #expect(response.headers[.cacheControl] == "no-store")
            #expect(server.audit.names.isEmpty)
        }
    }

    @Test func aUserMayAllowLess() async throws {
        try await withServer { server in
            let browser = try await server.browser()
            let app = try await server.registerApp()
            let ticket = try await app.ask(browser).field("ticket")
            let form: KeyValuePairs = ["ticket": ticket, "scope": "notes:read", "decision": "allow"]
            let code = try #require(try await browser.post(Self.path, form).sentBack["code"])
            let json = try await app.exchange(code).json()
            #expect(json["scope"] == "notes:read")
        }
    }

    @Test func noMoreIsAllowedThanWasRequested() async throws {
        try await withServer { server in
            let app = try await server.registerApp()
            let code = try await app.code(try await server.browser(), ["scope": "notes:read"])
            let json = try await app.exchange(code).json()
            #expect(json["scope"] == "notes:read")
        }
    }

    @Test(arguments: [
        ["decision": "deny", "scope": "notes:read"], ["decision": "", "scope": "notes:read"],
        ["decision": "allow", "scope": ""], ["decision": "allow", "scope": "notes:everything"],
    ])
    func aUserMayAllowNothing(form: [String: String]) async throws {
        try await withServer { server in
            let browser = try await server.browser()
            let ticket = try await server.registerApp().ask(browser).field("ticket")
            let fields: KeyValuePairs = [
                "ticket": ticket, "scope": form["scope"] ?? "", "decision": form["decision"] ?? "",
            ]
            let parameters = try await browser.post(Self.path, fields).sentBack
            #expect(parameters["error"] == "access_denied")
            #expect(parameters["code"] == nil)
            #expect(parameters["state"] == "s 1&")
        }
    }

    @Test func foreignTicketsAreRefused() async throws {
        try await withServer { server in
            let app = try await server.registerApp()
            let browser = try await server.browser()
            let own = try await app.ask(browser).field("ticket")
            let foreign = try await app.ask(try await server.browser("bob")).field("ticket")
            let csrf = try await browser.csrf()
            var responses: [TestResponse] = []
            for ticket in ["", "x", own + "x", foreign, csrf] {
                let form: KeyValuePairs = ["ticket": ticket, "scope": "notes:read", "decision": "allow"]
                responses.append(try await browser.post(Self.path, form))
            }
            let form: KeyValuePairs = ["ticket": own, "scope": "notes:read", "decision": "allow"]
            responses.append(try await server.post(Self.path, form))
            #expect(responses.map(\.status) == Array(repeating: .forbidden, count: 6))
            #expect(responses.allSatisfy { $0.headers[.location] == nil })
            #expect(responses.allSatisfy { $0.headers[.cacheControl] == "no-store" })
        }
    }

    @Test func aConsentPageExpiresAfterTenMinutes() async throws {
        try await withServer { server in
            let browser = try await server.browser()
            let ticket = try await server.registerApp().ask(browser).field("ticket")
            let form: KeyValuePairs = ["ticket": ticket, "scope": "notes:read", "decision": "allow"]
            server.clock.advance(600)
            let before = try await browser.post(Self.path, form)
            server.clock.advance(1)
            let after = try await browser.post(Self.path, form)
            #expect(before.status == .seeOther)
            #expect(after.status == .forbidden)
        }
    }

    @Test func consentEndsWithItsSession() async throws {
        try await withServer { server in
            let browser = try await server.browser()
            let ticket = try await server.registerApp().ask(browser).field("ticket")
            _ = try await browser.post("/auth/logout", ["csrf": try await browser.csrf()])
            let form: KeyValuePairs = ["ticket": ticket, "scope": "notes:read", "decision": "allow"]
            let response = try await browser.post(Self.path, form)
            #expect(response.status == .forbidden)
        }
    }

    @Test func decisionsMustBeForms() async throws {
        try await withServer { server in
            let browser = try await server.browser()
            let cookie: HTTPFields = [.cookie: browser.cookie]
            let json = try await server.send(.post, Self.path, headers: cookie, body: "{}")
            let malformed = try await server.post(Self.path, text: "ticket=%f", headers: cookie)
            let large = try await browser.post(Self.path, ["ticket": String(repeating: "t", count: 32769)])
            #expect(json.status == .unsupportedMediaType)
            #expect(malformed.status == .badRequest)
            #expect(large.status == .contentTooLarge)
        }
    }
}
