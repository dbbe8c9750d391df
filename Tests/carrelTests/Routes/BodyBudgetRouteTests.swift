import Encodings
import HTTPServer
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import SharedState
import Testing

/// The bytes of bodies that a worker reads at a time, as clients see them.
struct BodyBudgetRouteTests {
    private static let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#

    private static func post(_ server: TestServer, _ token: String, bytes: Int) async throws -> TestResponse {
        let body = Self.ping + String(repeating: " ", count: bytes - Self.ping.utf8.count)
        return try await server.send(
            .post,
            "/mcp",
            token: token,
            headers: [.contentType: "application/json", .contentLength: "\(bytes)"],
            body: body
        )
    }

    @Test func aBodyPastTheUsersShareIsRefusedWithAReason() async throws {
        try await withServer(bodies: BodyBudget.Limits(perUser: 100_000)) { server in
            let token = try await server.token()
            let long = try await Self.post(server, token, bytes: 100_000)
            let longer = try await Self.post(server, token, bytes: 100_001)
            let json = try longer.json()
            let after = try await Self.post(server, token, bytes: 100_000)
            #expect(long.status == .ok)
            #expect(longer.status == .tooManyRequests)
            #expect(longer.headers[.retryAfter] == "1")
            #expect(longer.headers[.connection] == "close")
            #expect(json["error"]?["data"] == ["retry_after": 1, "limit": "bodies"])
            #expect(after.status == .ok)
            #expect(server.audit.events(.rateLimited).map(\.details) == [[.limit: "bodies"]])
        }
    }

    @Test func aBodyPastTheWorkersShareIsA503() async throws {
        try await withServer(bodies: BodyBudget.Limits(perWorker: 200_000)) { server in
            let token = try await server.token()
            let long = try await Self.post(server, token, bytes: 90_000)
            let longer = try await Self.post(server, token, bytes: 150_000)
            let json = try longer.json()
            #expect(long.status == .ok)
            #expect(longer.status == .serviceUnavailable)
            #expect(longer.headers[.retryAfter] == "1")
            #expect(longer.headers[.connection] == "close")
            #expect(json["error"]?["data"] == ["retry_after": 1, "limit": "bodies"])
        }
    }

    @Test func shortBodiesArePastTheWorkersShareToo() async throws {
        try await withServer(bodies: BodyBudget.Limits(perWorker: 100)) { server in
            let token = try await server.token()
            let short = try await Self.post(server, token, bytes: 100)
            let longer = try await Self.post(server, token, bytes: 101)
            #expect(short.status == .ok)
            #expect(longer.status == .serviceUnavailable)
            #expect(longer.headers[.retryAfter] == "1")
        }
    }
}
