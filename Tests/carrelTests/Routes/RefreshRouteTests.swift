import Accounts
import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import Identity
import SharedState
import Testing

/// `POST /api/auth/refresh`.
struct RefreshRouteTests {
    @Test func aTokenIsRefreshedForItsLifetime() async throws {
        try await withServer { server in
            let token = try await server.token(lifetime: .seconds(3600))
            server.clock.advance(600)
            let response = try await server.send(.post, "/api/auth/refresh", token: token)
            let new = try response.json()
            let secret = try #require(new["token"]?.stringValue)
            server.clock.advance(3500)
            let used = try await server.send(.get, "/api/usage", token: secret)
            let expired = try await server.send(.get, "/api/usage", token: token)
            #expect(response.status == .ok)
            #expect(response.headers[.cacheControl] == "no-store")
            #expect(response.headers[.rateLimit] != nil)
            #expect(new["name"] == "test")
            #expect(new["expires_at"] == "2027-01-15T09:10:00Z")
            #expect(used.status == .ok)
            #expect(expired.status == .unauthorized)
        }
    }

    @Test func aSuccessorTakesThePlaceOfItsToken() async throws {
        try await withServer { server in
            let token = try await server.token()
            let listed = try await server.send(.get, "/api/tokens", token: token).json()
            let new = try await server.send(.post, "/api/auth/refresh", token: token).json()
            let secret = try #require(new["token"]?.stringValue)
            let after = try await server.send(.get, "/api/tokens", token: secret).json()
            let id = listed["tokens"]?.arrayValue?.first?["jti"]
            #expect(new["jti"] == id)
            #expect(after["tokens"]?.arrayValue?.map { $0["jti"] } == [id])
            #expect(server.audit.events(.tokenRefreshed).first?.details[.newTokenID] == id?.stringValue)
        }
    }

    @Test func revokingASuccessorRevokesItsPredecessors() async throws {
        try await withServer { server in
            let token = try await server.token()
            let new = try await server.send(.post, "/api/auth/refresh", token: token).json()
            let secret = try #require(new["token"]?.stringValue)
            let logout = try await server.send(.post, "/api/auth/logout", token: secret)
            let first = try await server.send(.get, "/api/usage", token: token)
            let second = try await server.send(.get, "/api/usage", token: secret)
            #expect(logout.status == .noContent)
            #expect([first.status, second.status] == [.unauthorized, .unauthorized])
        }
    }

    @Test func aSuccessorHasNoMoreRights() async throws {
        try await withServer { server in
            let token = try await server.token(scopes: .notesRead, folders: ["work"])
            let response = try await server.send(.post, "/api/auth/refresh", token: token)
            let json = try response.json()
            let write = try await server.mcp(RPC.write("work/a.md"), token: json["token"]?.stringValue)
            #expect(response.status == .ok)
            #expect(json["scopes"] == ["notes:read"])
            #expect(json["folders"] == ["work"])
            #expect(write.status == .forbidden)
        }
    }

    @Test func anAppDoesNotRefreshItsAccessToken() async throws {
        try await withServer { server in
            let token = try await server.appTokens().access.token
            let response = try await server.send(.post, "/api/auth/refresh", token: token)
            let json = try response.json()
            #expect(response.status == .forbidden)
            #expect(json["error"] == "forbidden")
            #expect(server.audit.events(.forbidden).first?.details[.path] == "/api/auth/refresh")
            #expect(server.audit.events(.tokenRefreshed).isEmpty)
        }
    }
}
