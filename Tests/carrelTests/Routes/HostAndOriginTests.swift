import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import Testing

/// Hosts that the server answers for, and pages that may call it.
struct HostAndOriginTests {
    @Test(arguments: ["/api/usage", "/mcp", "/", "/nowhere", "/.well-known/oauth-authorization-server"])
    func anotherHostIsMisdirected(path: String) async throws {
        try await withServer(publicURL: "https://notes.example.com") { server in
            let response = try await server.send(.get, path)
            let json = try response.json()
            #expect(response.status == .misdirectedRequest)
            #expect(json["error"] == "forbidden")
            #expect(response.headers[.requestID] != nil)
        }
    }

    @Test func healthAnswersForEveryHost() async throws {
        try await withServer(publicURL: "https://notes.example.com") { server in
            let response = try await server.send(.get, "/health/ready")
            #expect(response.status == .ok)
        }
    }

    @Test(arguments: ["/api/usage", "/api/tokens", "/mcp"])
    func aKnownPageMayAskBeforeItCalls(path: String) async throws {
        try await withServer(allowedOrigins: ["https://app.example.com"]) { server in
            let headers: HTTPFields = [.origin: "https://app.example.com", .accessControlRequestMethod: "POST"]
            let response = try await server.send(.options, path, headers: headers)
            let allowed = response.headers[.accessControlAllowHeaders] ?? ""
            #expect(response.status == .noContent)
            #expect(response.headers[.accessControlAllowOrigin] == "https://app.example.com")
            #expect(response.headers[.accessControlAllowMethods] == "GET, POST, PUT, PATCH, DELETE")
            #expect(response.headers[.accessControlMaxAge] == "600")
            #expect(response.headers[.accessControlAllowCredentials] == nil)
            #expect(["Authorization", "Content-Type", "Mcp-Session-Id"].allSatisfy { allowed.contains($0) })
        }
    }

    @Test func aKnownPageReadsSessionsAndLimits() async throws {
        try await withServer(allowedOrigins: ["https://app.example.com"]) { server in
            let response = try await server.send(
                .post,
                "/mcp",
                token: try await server.token(),
                headers: [.origin: "https://app.example.com"],
                body: RPC.initialize()
            )
            let exposed = response.headers[.accessControlExposeHeaders] ?? ""
            #expect(response.status == .ok)
            #expect(["Mcp-Session-Id", "RateLimit", "Retry-After"].allSatisfy { exposed.contains($0) })
            #expect(response.headers[.vary] == "Origin")
        }
    }

    @Test func aForeignPageChangesNothing() async throws {
        try await withServer { server in
            let token = try await server.token()
            let headers: HTTPFields = [.origin: "https://evil.example.com"]
            let logout = try await server.send(.post, "/api/auth/logout", token: token, headers: headers)
            let used = try await server.send(.get, "/api/usage", token: token)
            #expect(logout.status == .forbidden)
            #expect(logout.headers[.accessControlAllowOrigin] == nil)
            #expect(used.status == .ok)
            #expect(used.headers[.accessControlAllowOrigin] == nil)
        }
    }
}
