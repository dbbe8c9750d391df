import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import SharedState
import Testing

/// `POST /api/auth/create-token` with an access token of the provider.
struct CreateTokenProofTests {
    private static let path = "/api/auth/create-token"
    private static let body = #"{"user_id":"ada"}"#

    /// Lends a server whose provider knows the tokens `good`, of the user `ada`, and `odd`, of `a b`.
    private static func serve(
        isLive: Bool = false,
        _ body: @escaping @Sendable (TestServer) async throws -> Void
    ) async throws {
        try await TestProvider.lend(subjects: ["good": "ada", "odd": "a b"]) { provider in
            try await withServer(isLocal: false, isLive: isLive, providerURL: provider.url, body)
        }
    }

    @Test func aProvenUserGetsAToken() async throws {
        try await Self.serve { server in
            let response = try await server.send(.post, Self.path, token: "good", body: Self.body)
            let json = try response.json()
            let usage = try await server.send(.get, "/api/usage", token: json["token"]?.stringValue).json()
            #expect(response.status == .ok)
            #expect(response.headers[.cacheControl] == "no-store")
            #expect(usage["user_id"] == "ada")
        }
    }

    @Test func aSubjectThatIsNoUserIDIsMapped() async throws {
        try await Self.serve { server in
            let response = try await server.send(.post, Self.path, token: "odd", body: #"{"user_id":"a b"}"#)
            let json = try response.json()
            let usage = try await server.send(.get, "/api/usage", token: json["token"]?.stringValue).json()
            #expect(response.status == .ok)
            #expect(usage["user_id"]?.stringValue?.hasPrefix("oidc-") == true)
        }
    }

    @Test func anotherUserIsForbidden() async throws {
        try await Self.serve { server in
            let response = try await server.send(.post, Self.path, token: "good", body: #"{"user_id":"bob"}"#)
            let json = try response.json()
            #expect(response.status == .forbidden)
            #expect(json["error"] == "forbidden")
            #expect(server.audit.events(.forbidden).first?.details[.path] == Self.path)
            #expect(server.audit.events(.tokenIssued).isEmpty)
        }
    }

    @Test(arguments: ["Bearer bad", "Basic YTpi", "Bearer a b"])
    func aRefusedProofIsUnauthorized(header: String) async throws {
        try await Self.serve { server in
            let response = try await server.send(
                .post,
                Self.path,
                headers: [.authorization: header],
                body: Self.body
            )
            let json = try response.json()
            #expect(response.status == .unauthorized)
            #expect(json["error"] == "unauthorized")
            #expect(response.headers[.wwwAuthenticate] == #"Bearer realm="carrel""#)
            #expect(server.audit.events(.authenticationFailed).map { $0.details[.reason] } == ["proof"])
        }
    }

    @Test func aMissingProofIsUnauthorized() async throws {
        try await Self.serve(isLive: true) { server in
            let response = try await server.send(.post, Self.path, body: Self.body)
            #expect(response.status == .unauthorized)
        }
    }

    @Test func aBrokenProviderIsABadGateway() async throws {
        try await Self.serve { server in
            let response = try await server.send(.post, Self.path, token: "broken", body: Self.body)
            let json = try response.json()
            #expect(response.status == .badGateway)
            #expect(json["error"] == "unavailable")
            #expect(response.headers[.retryAfter] == "1")
        }
    }

    @Test(arguments: ["", "[]", "{}", #"{"user_id":1}"#, #"{"user_id":"ada","x":1}"#])
    func badBodiesAreRefused(body: String) async throws {
        try await Self.serve { server in
            let response = try await server.send(.post, Self.path, token: "good", body: body)
            #expect(response.status == .badRequest)
        }
    }

    @Test func proofsAreLimitedByAddress() async throws {
        try await Self.serve(isLive: true) { server in
            var statuses: Set<Int> = []
            for _ in 0..<60 {
                statuses.insert(try await server.send(.post, Self.path, token: "bad", body: Self.body).status.code)
            }
            let more = try await server.send(.post, Self.path, token: "good", body: Self.body)
            server.clock.advance(60)
            let later = try await server.send(.post, Self.path, token: "good", body: Self.body)
            #expect(statuses == [401])
            #expect(more.status == .tooManyRequests)
            #expect(more.headers[.retryAfter] != nil)
            #expect(server.audit.events(.rateLimited).map(\.details) == [[.limit: "logins"]])
            #expect(later.status == .ok)
        }
    }
}
