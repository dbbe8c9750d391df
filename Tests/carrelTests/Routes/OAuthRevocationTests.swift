import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import SharedState
import Testing

struct OAuthRevocationTests {
    private static let path = "/oauth/revoke"

    @Test(arguments: [true, false])
    func eachTokenOfAGrantRevokesIt(isRefreshToken: Bool) async throws {
        try await withServer { server in
            let app = try await server.registerApp()
            let tokens = try await app.tokens(try await server.browser())
            let token = isRefreshToken ? tokens.refresh : tokens.access
            let response = try await server.post(Self.path, ["token": token, "token_type_hint": "anything"])
            let isAccepted = try await server.accepts(tokens.access)
            let refreshed = try await app.refresh(tokens.refresh)
            #expect(response.status == .ok)
            #expect(response.text.isEmpty)
            #expect(response.headers[.cacheControl] == "no-store")
            #expect(!isAccepted)
            #expect(refreshed.status == .badRequest)
            #expect(server.audit.events(.grantRevoked).map { $0.details[.reason] } == ["client"])
        }
    }

    @Test func aTokenOfTheUserIsRevoked() async throws {
        try await withServer { server in
            let token = try await server.token()
            let other = try await server.token()
            let response = try await server.post(Self.path, ["token": token])
            let accepted = [try await server.accepts(token), try await server.accepts(other)]
            #expect(response.status == .ok)
            #expect(accepted == [false, true])
            #expect(server.audit.events(.tokenRevoked).map { $0.details[.reason] } == ["client"])
        }
    }

    @Test func anInvalidTokenIsNoError() async throws {
        try await withServer { server in
            let app = try await server.registerApp()
            let tokens = try await app.tokens(try await server.browser())
            var statuses: [Int] = []
            for token in ["x", "crt_x", "a.b.c", tokens.access + "x", tokens.refresh + "x"] {
                statuses.append(try await server.post(Self.path, ["token": token]).status.code)
            }
            let isAccepted = try await server.accepts(tokens.access)
            #expect(statuses == [200, 200, 200, 200, 200])
            #expect(isAccepted)
            #expect(server.audit.events(.grantRevoked).isEmpty)
        }
    }

    @Test func aSecondRevocationRecordsNothing() async throws {
        try await withServer { server in
            let tokens = try await server.registerApp().tokens(try await server.browser())
            _ = try await server.post(Self.path, ["token": tokens.refresh])
            let again = try await server.post(Self.path, ["token": tokens.refresh])
            #expect(again.status == .ok)
            #expect(server.audit.events(.grantRevoked).count == 1)
        }
    }

    @Test(arguments: ["", "token=", "token=a&token=b", "token=%zz"])
    func aRevocationNamesOneToken(body: String) async throws {
        try await withServer { server in
            let response = try await server.post(Self.path, text: body)
            let json = try response.json()
            #expect(response.status == .badRequest)
            #expect(response.headers[.cacheControl] == "no-store")
            #expect(json["error"] == "invalid_request")
        }
    }

    @Test func revocationsMustBeForms() async throws {
        try await withServer { server in
            let response = try await server.send(.post, Self.path, body: "{\"token\":\"x\"}")
            let json = try response.json()
            #expect(response.status == .badRequest)
            #expect(json["error"] == "invalid_request")
        }
    }

    @Test func revocationsOfAnAddressAreLimited() async throws {
        try await withServer(isLive: true) { server in
            var statuses: Set<Int> = []
            for _ in 0..<300 { statuses.insert(try await server.post(Self.path, ["token": "x"]).status.code) }
            let over = try await server.post(Self.path, ["token": "x"])
            let json = try over.json()
            #expect(statuses == [200])
            #expect(over.status == .tooManyRequests)
            #expect(over.headers[.retryAfter] != nil)
            #expect(json["error"] == "slow_down")
            #expect(server.audit.events(.rateLimited).map { $0.details[.limit] } == ["revocations"])
        }
    }
}
