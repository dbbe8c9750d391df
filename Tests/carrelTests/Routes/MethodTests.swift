import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import SharedState
import Testing

/// Paths and methods that no route has, `HEAD`, and health.
struct MethodTests {
    @Test(arguments: [("/health/live", "live"), ("/health/ready", "ready")])
    func healthIsOneWord(path: String, status: String) async throws {
        try await withServer { server in
            let json = try await server.send(.get, path).json()
            let head = try await server.send(.head, path)
            #expect(json == ["status": .string(status)])
            #expect(head.status == .ok)
            #expect(head.text.isEmpty)
        }
    }

    @Test func headIsLikeGetWithoutABody() async throws {
        try await withServer { server in
            let token = try await server.token()
            for path in ["/api/usage", "/api/audit", "/api/tokens"] {
                let get = try await server.send(.get, path, token: token)
                let head = try await server.send(.head, path, token: token)
                #expect(head.status == .ok)
                #expect(head.text.isEmpty)
                #expect(head.headers[.contentType] == get.headers[.contentType])
                #expect(head.headers[.rateLimit] != nil)
            }
            let stream = try await server.send(.head, "/mcp", token: token)
            let none = try await server.send(.head, "/api/usage")
            #expect(stream.status == .methodNotAllowed)
            #expect(none.status == .unauthorized)
            #expect(none.text.isEmpty)
            #expect(none.headers[.wwwAuthenticate] != nil)
        }
    }

    @Test(
        arguments: [
            "/", "/api", "/api/", "/api/usages", "/api/tokens/x/y", "/mcp/x", "/health", "/health/other",
            "/api/auth", "/%2e%2e/etc/passwd", "/API/usage",
        ].filter { $0 != "/" }
    )
    func unknownPathsAreNotFound(path: String) async throws {
        try await withServer { server in
            let response = try await server.send(.get, path, token: try await server.token())
            let json = try response.json()
            #expect(response.status == .notFound)
            #expect(json["error"] == "not_found")
            #expect(response.headers[.requestID] != nil)
        }
    }

    @Test(
        arguments: [
            (.post, "/api/usage"), (.delete, "/api/usage"), (.post, "/api/audit"), (.put, "/api/tokens"),
            (.patch, "/api/tokens/x"), (.get, "/api/tokens/x"), (.get, "/api/auth/refresh"),
            (.get, "/api/auth/logout"), (.get, "/api/auth/create-token"), (.put, "/mcp"), (.patch, "/mcp"),
            (.post, "/health/live"), (.options, "/api/usage"),
        ] as [(HTTPRequest.Method, String)]
    )
    func otherMethodsAreNotFound(method: HTTPRequest.Method, path: String) async throws {
        try await withServer { server in
            let response = try await server.send(method, path, token: try await server.token())
            #expect(response.status == .notFound)
        }
    }

    @Test func aTrailingSlashIsTheSamePath() async throws {
        try await withServer { server in
            let response = try await server.send(.get, "/api/usage/", token: try await server.token())
            #expect(response.status == .ok)
        }
    }

    @Test func aTraceIsInTheEventsOfItsRequest() async throws {
        try await withServer { server in
            let field = try #require(HTTPField.Name("traceparent"))
            let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            _ = try await server.send(.get, "/api/usage", headers: [field: trace])
            let event = server.audit.events(.authenticationFailed).first
            #expect(event?.traceID == "0af7651916cd43dd8448eb211c80319c")
        }
    }
}
