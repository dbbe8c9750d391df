import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import SharedState
import Testing

/// `POST /api/auth/create-token` without a provider.
struct CreateTokenRouteTests {
    private static let path = "/api/auth/create-token"
    private static let body = #"{"user_id":"ada"}"#

    @Test func aProgramOnThisMachineNeedsNoProof() async throws {
        try await withServer(isLive: true) { server in
            let response = try await server.send(.post, Self.path, body: Self.body)
            let json = try response.json()
            let usage = try await server.send(.get, "/api/usage", token: json["token"]?.stringValue).json()
            let event = server.audit.events(.tokenIssued).first
            #expect(response.status == .ok)
            #expect(response.headers[.cacheControl] == "no-store")
            #expect(json["expires_at"] == "2027-01-22T08:00:00Z")
            #expect(usage["user_id"] == "ada")
            #expect(event?.details[.tokenName] == "create-token")
            #expect(event?.user == "ada")
            #expect(event?.address == "127.0.0.1" || event?.address == "::1")
        }
    }

    @Test(
        arguments: [
            ("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https"), ("Forwarded", "for=203.0.113.9"),
            ("Via", "1.1 proxy"), ("X-Real-IP", "203.0.113.9"), ("Origin", "http://localhost:3000"),
        ]
    )
    func proxiesAndForeignPagesNeedProof(name: String, value: String) async throws {
        try await withServer(isLive: true) { server in
            let field = try #require(HTTPField.Name(name))
            let response = try await server.send(.post, Self.path, headers: [field: value], body: Self.body)
            let json = try response.json()
            #expect(response.status == .forbidden)
            #expect(json["error"] == "forbidden")
            #expect(
                server.audit.events(.forbidden).first?.details == [.path: Self.path, .error: "permission_denied"]
            )
            #expect(server.audit.events(.tokenIssued).isEmpty)
        }
    }

    @Test func aPageOfThisServerNeedsNoProof() async throws {
        try await withServer(isLive: true) { server in
            // The client's Host names no port.
            let headers: HTTPFields = [.origin: "http://localhost"]
            let response = try await server.send(.post, Self.path, headers: headers, body: Self.body)
            #expect(response.status == .ok)
        }
    }

    @Test func aCallerWithoutAddressIsForbidden() async throws {
        try await withServer { server in
            let response = try await server.send(.post, Self.path, body: Self.body)
            #expect(response.status == .forbidden)
        }
    }

    @Test func withoutAProviderNothingIsProven() async throws {
        try await withServer(isLocal: false, isLive: true) { server in
            let none = try await server.send(.post, Self.path, body: Self.body)
            let own = try await server.send(.post, Self.path, token: try await server.token(), body: Self.body)
            for response in [none, own] {
                let json = try response.json()
                #expect(response.status == .unauthorized)
                #expect(json["error"] == "unauthorized")
                #expect(response.headers[.wwwAuthenticate] == #"Bearer realm="carrel""#)
            }
        }
    }

    @Test(
        arguments: [
            ("", .badRequest), ("{", .badRequest), ("[]", .badRequest), ("{}", .badRequest),
            (#"{"user_id":1}"#, .badRequest), (#"{"user_id":""}"#, .badRequest), (#"{"user_id":"a/b"}"#, .badRequest),
            (#"{"user_id":".."}"#, .badRequest), (#"{"user_id":"ada","name":"x"}"#, .badRequest),
            (String(repeating: " ", count: 16385), .contentTooLarge),
        ] as [(String, HTTPResponse.Status)]
    )
    func badBodiesAreRefused(body: String, status: HTTPResponse.Status) async throws {
        try await withServer(isLive: true) { server in
            let response = try await server.send(.post, Self.path, body: body)
            let json = try response.json()
            #expect(response.status == status)
            #expect(json["error"] == "validation_error")
            #expect(server.audit.events(.tokenIssued).isEmpty)
        }
    }

    @Test func bodiesMustBeJSON() async throws {
        try await withServer(isLive: true) { server in
            let headers: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
            let response = try await server.send(.post, Self.path, headers: headers, body: "user_id=ada")
            #expect(response.status == .unsupportedMediaType)
        }
    }

    @Test func pastTheLimitTheOldestTokenIsReplaced() async throws {
        try await withServer(isLive: true) { server in
            let first = try await server.send(.post, Self.path, body: Self.body).json()
            for _ in 0..<99 { _ = try await server.token() }
            server.clock.advance(1)
            let response = try await server.send(.post, Self.path, body: Self.body)
            let new = try response.json()
            let old = try await server.send(.get, "/api/usage", token: first["token"]?.stringValue)
            let used = try await server.send(.get, "/api/usage", token: new["token"]?.stringValue)
            #expect(response.status == .ok)
            #expect(old.status == .unauthorized)
            #expect(used.status == .ok)
        }
    }

    @Test func tokensOfOtherNamesAreNotReplaced() async throws {
        try await withServer(isLive: true) { server in
            for _ in 0..<100 { _ = try await server.token() }
            let response = try await server.send(.post, Self.path, body: Self.body)
            let json = try response.json()
            #expect(response.status == .conflict)
            #expect(json["error"] == "conflict")
        }
    }
}
