import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import SharedState
import Testing

struct SignInCallbackTests {
    /// A login that was begun at a provider.
    private struct Login {
        let state: String
        let nonce: String
        let cookie: HTTPFields

        init(_ server: TestServer) async throws {
            let response = try await server.send(.get, "/auth/login?next=/next")
            self.state = try #require(response.sentBack["state"])
            self.nonce = try #require(response.sentBack["nonce"])
            self.cookie = [.cookie: "carrel-login=\(try response.cookie("carrel-login").value)"]
        }

        func finish(_ server: TestServer, _ more: String = "") async throws -> TestResponse {
            try await server.send(.get, "/auth/callback?state=\(self.state)&code=c\(more)", headers: self.cookie)
        }
    }

    @Test func aLoginBeginsAtTheProvider() async throws {
        try await TestProvider.lend { provider in
            try await withServer(providerURL: provider.url) { server in
                let response = try await server.send(.get, "/auth/login")
                let cookie = try response.cookie("carrel-login")
                let query = response.sentBack
                #expect(response.status == .seeOther)
                #expect(response.headers[.location]?.hasPrefix("\(provider.url)/authorize?") == true)
                #expect(response.headers[.cacheControl] == "no-store")
                #expect(query["response_type"] == "code")
                #expect(query["redirect_uri"] == "http://localhost:7860/auth/callback")
                #expect(query["code_challenge_method"] == "S256")
                #expect(cookie.attributes == ["Path=/", "Max-Age=600", "HttpOnly", "SameSite=Lax"])
            }
        }
    }

    @Test func aCallbackOpensASession() async throws {
        try await TestProvider.lend { provider in
            try await withServer(providerURL: provider.url) { server in
                let login = try await Login(server)
                provider.claim(provider.claims(nonce: login.nonce, now: server.clock.now))
                let response = try await login.finish(server)
                let cookie = try response.cookie("carrel")
                let page = try await server.send(.get, "/", headers: [.cookie: "carrel=\(cookie.value)"])
                let again = try await login.finish(server)
                #expect(response.status == .seeOther)
                #expect(response.headers[.location] == "/next")
                #expect(response.headers[.cacheControl] == "no-store")
                #expect(cookie.attributes == ["Path=/", "Max-Age=2592000", "HttpOnly", "SameSite=Lax"])
                #expect(page.text.contains("<strong id=\"user\">ada</strong> (Ada L)"))
                #expect(again.status == .badRequest)
                #expect(server.audit.names == ["login", "authentication_failed"])
            }
        }
    }

    @Test func aSubjectThatIsNoUserIDIsMapped() async throws {
        try await TestProvider.lend { provider in
            try await withServer(providerURL: provider.url) { server in
                let login = try await Login(server)
                var claims = provider.claims(nonce: login.nonce, now: server.clock.now)
                claims["sub"] = "auth0|1"
                provider.claim(claims)
                _ = try await login.finish(server)
                let user = try #require(server.audit.events(.login).first?.user)
                #expect(user.hasPrefix("oidc-"))
            }
        }
    }

    @Test(
        arguments: [
            ("nonce", "other"), ("aud", "other"), ("azp", "other"), ("iss", "http://other.example"), ("exp", 1),
            ("iat", 4_000_000_000), ("sub", ""),
        ] as [(String, JSONValue)]
    )
    func wrongClaimsAreRefused(name: String, value: JSONValue) async throws {
        try await TestProvider.lend { provider in
            try await withServer(providerURL: provider.url) { server in
                let login = try await Login(server)
                var claims = provider.claims(nonce: login.nonce, now: server.clock.now)
                claims[name] = value
                provider.claim(claims)
                let response = try await login.finish(server)
                let event = try #require(server.audit.events(.authenticationFailed).first)
                #expect(response.status == .badRequest)
                #expect(response.headers[.setCookie] == nil)
                #expect(event.details[.reason] == "login")
                #expect(event.details[.error] != nil)
                #expect(server.audit.events(.login).isEmpty)
            }
        }
    }

    @Test(arguments: [true, false])
    func aRefusedCodeSignsNoUserIn(isOtherIssuer: Bool) async throws {
        try await TestProvider.lend { provider in
            try await withServer(providerURL: provider.url) { server in
                let login = try await Login(server)
                if isOtherIssuer { provider.claim(provider.claims(nonce: login.nonce, now: server.clock.now)) }
                let response = try await login.finish(server, isOtherIssuer ? "&iss=http://other.example" : "")
                #expect(response.status == .badRequest)
                #expect(response.headers[.setCookie] == nil)
                #expect(server.audit.names == ["authentication_failed"])
            }
        }
    }
}
