import HTTPServer
import HTTPTypes
import HummingbirdTesting
import Identity
import SharedState
import Testing

struct SignInLogoutTests {
    @Test func aLogoutEndsOneSession() async throws {
        try await withServer { server in
            let browser = try await server.browser()
            let other = try await server.browser()
            let token = try await server.token()
            let response = try await browser.post("/auth/logout", ["csrf": try await browser.csrf()])
            let cookie = try response.cookie("carrel")
            let pages = [try await browser.get("/").text, try await other.get("/").text]
            let isAccepted = try await server.accepts(token)
            #expect(response.status == .seeOther)
            #expect(response.headers[.location] == "/")
            #expect(response.headers[.cacheControl] == "no-store")
            #expect(cookie.value.isEmpty)
            #expect(cookie.attributes == ["Path=/", "Max-Age=0", "HttpOnly", "SameSite=Lax"])
            #expect(pages[0].contains("id=\"sign-in\""))
            #expect(pages[1].contains("id=\"user\""))
            #expect(isAccepted)
            #expect(server.audit.events(.logout).map { $0.details[.everywhere] } == ["false"])
        }
    }

    @Test func aLogoutEverywhereEndsAllOfItsUser() async throws {
        try await withServer { server in
            let browser = try await server.browser()
            let other = try await server.browser()
            let app = try await server.registerApp()
            let tokens = try await app.tokens(browser)
            let token = try await server.token()
            let foreign = try await server.token("bob")
            let form: KeyValuePairs = ["csrf": try await browser.csrf(), "everywhere": "true"]
            let response = try await browser.post("/auth/logout", form)
            let page = try await other.get("/")
            let refreshed = try await app.refresh(tokens.refresh)
            let accepted = [
                try await server.accepts(token), try await server.accepts(tokens.access),
                try await server.accepts(foreign),
            ]
            #expect(response.status == .seeOther)
            #expect(accepted == [false, false, true])
            #expect(refreshed.status == .badRequest)
            #expect(page.text.contains("id=\"sign-in\""))
            #expect(server.audit.events(.logout).map { $0.details[.everywhere] } == ["true"])
            #expect(server.audit.events(.logout).map(\.user) == ["ada"])
        }
    }

    @Test func codesOfTheTimeBeforeALogoutAreRefused() async throws {
        try await withServer { server in
            let browser = try await server.browser()
            let app = try await server.registerApp()
            let code = try await app.code(browser)
            let form: KeyValuePairs = ["csrf": try await browser.csrf(), "everywhere": "true"]
            _ = try await browser.post("/auth/logout", form)
            let response = try await app.exchange(code)
            #expect(response.status == .badRequest)
        }
    }
}
