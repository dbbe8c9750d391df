import HTTPServer
import HTTPTypes
import HummingbirdTesting
import Testing

struct SignInPageTests {
    @Test func theFirstPageOffersToSignIn() async throws {
        try await withServer { server in
            let page = try await server.send(.get, "/")
            let policy = page.headers[.contentSecurityPolicy] ?? ""
            #expect(page.status == .ok)
            #expect(page.headers[.contentType] == "text/html; charset=utf-8")
            #expect(page.text.contains("href=\"/auth/login\""))
            #expect(page.text.contains("<code>http://localhost:7860/mcp</code>"))
            #expect(page.headers[.cacheControl] == "no-store")
            #expect(policy.hasSuffix("frame-ancestors 'self' https://huggingface.co"))
            #expect(page.headers[.xFrameOptions] == nil)
        }
    }

    @Test func pagesCarrySecurityHeaders() async throws {
        try await withServer { server in
            let page = try await server.browser().get("/")
            let policy =
                "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
            #expect(page.headers[.cacheControl] == "no-store")
            #expect(page.headers[.contentSecurityPolicy] == policy)
            #expect(page.headers[.xFrameOptions] == "DENY")
            #expect(page.headers[.xContentTypeOptions] == "nosniff")
            #expect(page.headers[.referrerPolicy] == "same-origin")
            #expect(page.headers[.strictTransportSecurity] == nil)
        }
    }

    @Test func httpsIsStrict() async throws {
        try await withServer(publicURL: "https://localhost") { server in
            let page = try await server.send(.get, "/")
            #expect(page.headers[.strictTransportSecurity] == "max-age=31536000")
        }
    }

    @Test func theStyleMayBeCached() async throws {
        try await withServer { server in
            let style = try await server.send(.get, "/style.css")
            #expect(style.status == .ok)
            #expect(style.headers[.contentType] == "text/css; charset=utf-8")
            #expect(style.headers[.cacheControl] == "public, max-age=3600")
            #expect(style.headers[.xContentTypeOptions] == "nosniff")
            #expect(style.text.contains("body"))
        }
    }

    @Test func theAccountPageNamesItsUser() async throws {
        try await withServer { server in
            let page = try await server.browser(name: "<Ada> & Co").get("/")
            let user = try page.element("user")
            #expect(user == "ada")
            #expect(page.text.contains("&lt;Ada&gt; &amp; Co"))
            #expect(!page.text.contains("<Ada>"))
        }
    }

    @Test func theAccountPageListsTokensAndApps() async throws {
        try await withServer { server in
            let browser = try await server.browser()
            let empty = try await browser.get("/")
            _ = try await server.token(folders: ["work"])
            _ = try await server.registerApp(name: "<Reader>").tokens(browser)
            _ = try await server.registerApp(name: "Other").tokens(try await server.browser("bob"))
            let page = try await browser.get("/")
            #expect(!empty.text.contains("<table"))
            #expect(page.text.contains("<td>test</td><td>notes:read notes:write only work/</td>"))
            #expect(page.text.contains("<td>&lt;Reader&gt;</td>"))
            #expect(!page.text.contains("Other"))
        }
    }

    @Test func aSecondSessionCookieIsRefused() async throws {
        try await withServer { server in
            let browser = try await server.browser()
            let other = try await server.browser("bob")
            let one = try await browser.get("/")
            let two = try await server.send(.get, "/", headers: [.cookie: "\(other.cookie); \(browser.cookie)"])
            #expect(one.text.contains("id=\"user\""))
            #expect(two.text.contains("id=\"sign-in\""))
        }
    }

    @Test(arguments: [
        "carrel=", "carrel=short", "carrel", "__Host-carrel=0123456789abcdef0123", "carrel=0123456789abcdef01",
    ])
    func unknownCookiesAreNoSession(cookie: String) async throws {
        try await withServer { server in
            let page = try await server.send(.get, "/", headers: [.cookie: cookie])
            #expect(page.status == .ok)
            #expect(page.text.contains("id=\"sign-in\""))
        }
    }

    @Test func aSessionEndsAfterThirtyDays() async throws {
        try await withServer { server in
            let browser = try await server.browser()
            server.clock.advance(30 * 86400 - 1)
            let before = try await browser.get("/")
            server.clock.advance(2)
            let after = try await browser.get("/")
            #expect(before.text.contains("id=\"user\""))
            #expect(after.text.contains("id=\"sign-in\""))
        }
    }
}
