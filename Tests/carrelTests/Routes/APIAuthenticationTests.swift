import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import SharedState
import Testing

/// What every route of the API does with the token of a request.
struct APIAuthenticationTests {
    private static let routes: [(HTTPRequest.Method, String)] = [
        (.get, "/api/usage"), (.get, "/api/audit"), (.get, "/api/tokens"), (.post, "/api/tokens"),
        (.delete, "/api/tokens/x"), (.post, "/api/auth/refresh"), (.post, "/api/auth/logout"), (.post, "/mcp"),
        (.get, "/mcp"), (.delete, "/mcp"),
    ]
    private static let metadata =
        #"Bearer resource_metadata="http://localhost:7860/.well-known/oauth-protected-resource/mcp", "#
        + #"scope="notes:read notes:write""#

    @Test(arguments: Self.routes)
    func aMissingTokenIsChallenged(method: HTTPRequest.Method, path: String) async throws {
        try await withServer { server in
            let response = try await server.send(method, path)
            let json = try response.json()
            #expect(response.status == .unauthorized)
            #expect(json["error"] == "unauthorized")
            #expect(json["detail"] == "missing")
            #expect(response.headers[.wwwAuthenticate] == Self.metadata)
            #expect(response.headers[.requestID] != nil)
            #expect(response.headers[.rateLimit] == nil)
            #expect(server.audit.events(.authenticationFailed).first?.details[.reason] == "missing")
        }
    }

    @Test(arguments: Self.routes)
    func anExpiredTokenIsRefused(method: HTTPRequest.Method, path: String) async throws {
        try await withServer { server in
            let token = try await server.token(lifetime: .seconds(60))
            server.clock.advance(3600)
            let response = try await server.send(method, path, token: token)
            let json = try response.json()
            let challenge = response.headers[.wwwAuthenticate] ?? ""
            #expect(response.status == .unauthorized)
            #expect(json["error"] == "token_expired")
            #expect(challenge.hasPrefix(Self.metadata))
            #expect(challenge.contains(#"error="invalid_token""#))
            #expect(server.audit.events(.authenticationFailed).first?.details[.reason] == "expired")
        }
    }

    @Test(
        arguments: Self.routes.filter { $0.1 != "/mcp" } + [(.delete, "/mcp"), (.post, "/mcp")]
            as [(HTTPRequest.Method, String)]
    )
    func aRevokedTokenIsRefused(method: HTTPRequest.Method, path: String) async throws {
        try await withServer { server in
            let token = try await server.token()
            let session = try await server.openSession(token)
            let logout = try await server.send(.post, "/api/auth/logout", token: token)
            let response = try await server.send(
                method,
                path,
                token: token,
                headers: [.mcpSessionID: session],
                body: method == .post ? RPC.ping : nil
            )
            let json = try response.json()
            let failure = server.audit.events(.authenticationFailed).last
            #expect(logout.status == .noContent)
            #expect(response.status == .unauthorized)
            #expect(json["error"] == "token_revoked")
            #expect(response.headers[.wwwAuthenticate]?.contains(#"error="invalid_token""#) == true)
            #expect(failure?.details[.reason] == "revoked")
            #expect(failure?.user == "ada")
        }
    }

    @Test(
        arguments: [
            ("Bearer a.b.c", "malformed"), ("Bearer ", "malformed"), ("Basic YTpi", "malformed"),
            ("Bearer a b", "malformed"), ("a.b.c", "malformed"),
            ("Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.", "invalid"),
        ]
    )
    func textThatIsNoTokenIsRefused(header: String, reason: String) async throws {
        try await withServer { server in
            let response = try await server.send(.get, "/api/usage", headers: [.authorization: header])
            let json = try response.json()
            #expect(response.status == .unauthorized)
            #expect(json["error"] == "invalid_token")
            #expect(json["detail"]?.stringValue == reason)
            #expect(server.audit.events(.authenticationFailed).first?.details[.reason] == reason)
        }
    }

    @Test func aChangedSignatureIsRefused() async throws {
        try await withServer { server in
            let token = try await server.token()
            let other = try await server.token("bob")
            let parts = token.split(separator: ".").dropLast() + other.split(separator: ".").suffix(1)
            let response = try await server.send(.get, "/api/usage", token: parts.joined(separator: "."))
            let json = try response.json()
            #expect(response.status == .unauthorized)
            #expect(json["error"] == "invalid_token")
        }
    }

    @Test func aTokenIsRecordedOnItsFirstUseOnly() async throws {
        try await withServer { server in
            let token = try await server.token()
            for _ in 0..<3 { _ = try await server.send(.get, "/api/usage", token: token) }
            let events = server.audit.events(.userAuthenticated)
            #expect(events.map(\.user) == ["ada"])
            #expect(events.first?.details[.tokenExpiresAt] == "2027-01-15T09:00:00Z")
            #expect(events.first?.requestID != nil)
        }
    }

    @Test(arguments: Self.routes.filter { $0.0 == .post && $0.1 != "/mcp" })
    func bodiesOver16KiBAreRefused(method: HTTPRequest.Method, path: String) async throws {
        try await withServer { server in
            let token = try await server.token()
            let body = String(repeating: " ", count: 16385)
            let response = try await server.send(method, path, token: token, body: body)
            let json = try response.json()
            #expect(response.status == .contentTooLarge)
            #expect(json["error"] == "validation_error")
        }
    }
}
