import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import SharedState
import Testing

struct GuardTests {
    @Test(arguments: ["/health/live", "/health/ready"])
    func healthNeedsNoToken(path: String) async throws {
        try await withServer { server in
            let response = try await server.send(.get, path, headers: [:])
            #expect(response.status == .ok)
        }
    }

    @Test func anUnknownPathIsNotFound() async throws {
        try await withServer { server in
            let response = try await server.send(.get, "/nowhere")
            let json = try response.json()
            #expect(response.status == .notFound)
            #expect(json["error"] == "not_found")
            #expect(response.headers[.requestID] != nil)
        }
    }

    @Test(arguments: ["https://evil.example.com", "null", "http://localhost.evil.example.com"])
    func foreignPagesAreRefused(origin: String) async throws {
        try await withServer { server in
            let response = try await server.send(.post, "/mcp", headers: [.origin: origin], body: "{}")
            let preflight = try await server.send(
                .options,
                "/mcp",
                headers: [.origin: origin, .accessControlRequestMethod: "POST"]
            )
            #expect(response.status == .forbidden)
            #expect(response.headers[.accessControlAllowOrigin] == nil)
            #expect(preflight.status == .forbidden)
        }
    }

    @Test func knownPagesMayReadErrors() async throws {
        try await withServer(allowedOrigins: ["https://app.example.com"]) { server in
            let response = try await server.send(
                .post,
                "/mcp",
                headers: [.origin: "https://app.example.com"],
                body: "{}"
            )
            #expect(response.status == .unauthorized)
            #expect(response.headers[.accessControlAllowOrigin] == "https://app.example.com")
            #expect(response.headers[.accessControlExposeHeaders]?.contains("WWW-Authenticate") == true)
            #expect(response.headers[.vary] == "Origin")
        }
    }

    @Test func discoveryMayBeReadByEveryPage() async throws {
        try await withServer { server in
            let response = try await server.send(
                .get,
                "/.well-known/oauth-protected-resource/mcp",
                headers: [.origin: "https://evil.example.com"]
            )
            #expect(response.status == .ok)
            #expect(response.headers[.accessControlAllowOrigin] == "*")
        }
    }

    @Test func addressesWithRefusedTokensAreLimited() async throws {
        try await withServer(isLive: true, failureLimit: .init(2, per: .seconds(3600))) { server in
            var statuses: [Int] = []
            for _ in 0..<3 { statuses.append(try await server.send(.get, "/api/usage", token: "a.b.c").status.code) }
            #expect(statuses == [401, 401, 429])
            let token = try await server.token()
            let good = try await server.send(.get, "/api/usage", token: token)
            #expect(good.status == .ok)
        }
    }
}
