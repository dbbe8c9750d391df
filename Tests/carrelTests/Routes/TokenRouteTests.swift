import Accounts
import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import Identity
import SharedState
import Testing

struct TokenRouteTests {
    @Test func aTokenIsCreatedListedUsedAndRevoked() async throws {
        try await withServer { server in
            let token = try await server.token()
            let created = try await server.send(.post, "/api/tokens", token: token, body: #"{"name":"laptop"}"#)
            let new = try created.json()
            let id = try #require(new["jti"]?.stringValue)
            let secret = try #require(new["token"]?.stringValue)
            let used = try await server.send(.get, "/api/usage", token: secret)
            let revoked = try await server.send(.delete, "/api/tokens/\(id)", token: token)
            let refused = try await server.send(.get, "/api/usage", token: secret)
            #expect(created.status == .created)
            #expect(created.headers[.cacheControl] == "no-store")
            #expect(created.headers[.rateLimit] != nil)
            #expect(new["name"] == "laptop")
            #expect(new["scopes"] == ["notes:read", "notes:write"])
            #expect(new["folders"] == nil)
            #expect(new["expires_at"] == "2027-01-22T08:00:00Z")
            #expect(used.status == .ok)
            #expect(revoked.status == .noContent)
            #expect(revoked.text.isEmpty)
            #expect(refused.status == .unauthorized)
        }
    }

    @Test func creatingAndRevokingAreRecorded() async throws {
        try await withServer { server in
            let token = try await server.token()
            let new = try await server.send(.post, "/api/tokens", token: token, body: #"{"name":"laptop"}"#).json()
            let id = try #require(new["jti"]?.stringValue)
            _ = try await server.send(.delete, "/api/tokens/\(id)", token: token)
            let issued = server.audit.events(.tokenIssued).last
            let revoked = server.audit.events(.tokenRevoked).last
            #expect(
                issued?.details
                    == [.tokenName: "laptop", .newTokenID: id, .tokenExpiresAt: "2027-01-22T08:00:00Z"]
            )
            #expect(issued?.user == "ada")
            #expect(issued?.requestID != nil)
            #expect(revoked?.details == [.revokedTokenID: id, .reason: "user"])
        }
    }

    @Test func tokensAreListedNewestFirstWithoutSecrets() async throws {
        try await withServer { server in
            let token = try await server.token()
            server.clock.advance(10)
            let body = #"{"name":"phone","scopes":["notes:read"],"folders":["work"],"expires_in":60}"#
            _ = try await server.send(.post, "/api/tokens", token: token, body: body)
            _ = try await server.token("bob")
            let response = try await server.send(.get, "/api/tokens", token: token)
            let tokens = try #require(try response.json()["tokens"]?.arrayValue)
            #expect(response.status == .ok)
            #expect(tokens.map { $0["name"] } == ["phone", "test"])
            #expect(tokens.first?["scopes"] == ["notes:read"])
            #expect(tokens.first?["folders"] == ["work"])
            #expect(tokens.first?["created"] == "2027-01-15T08:00:10Z")
            #expect(tokens.first?["expires_at"] == "2027-01-15T08:01:10Z")
            #expect(tokens.first?["last_used"] == .null)
            #expect(tokens.first?["token"] == nil)
        }
    }

    @Test func expiredTokensAreNotListed() async throws {
        try await withServer { server in
            let token = try await server.token()
            let body = #"{"name":"phone","expires_in":60}"#
            _ = try await server.send(.post, "/api/tokens", token: token, body: body)
            server.clock.advance(61)
            let json = try await server.send(.get, "/api/tokens", token: token).json()
            #expect(json["tokens"]?.arrayValue?.map { $0["name"] } == ["test"])
        }
    }

    @Test(arguments: ["x", "..", "%2e%2e", "grant-of-ada-0123456789"])
    func anUnknownTokenIsNotRevoked(id: String) async throws {
        try await withServer { server in
            let response = try await server.send(.delete, "/api/tokens/\(id)", token: try await server.token())
            let json = try response.json()
            #expect(response.status == .notFound)
            #expect(json["error"] == "not_found")
            #expect(server.audit.events(.tokenRevoked).isEmpty)
        }
    }

    @Test func aTokenOfAnotherUserIsNotRevoked() async throws {
        try await withServer { server in
            let token = try await server.token("ada")
            let bob = try await server.token("bob")
            let known = try await server.send(.get, "/api/tokens", token: token).json()
            let id = try #require(known["tokens"]?.arrayValue?.first?["jti"]?.stringValue)
            let response = try await server.send(.delete, "/api/tokens/\(id)", token: bob)
            let used = try await server.send(.get, "/api/usage", token: token)
            #expect(response.status == .notFound)
            #expect(used.status == .ok)
        }
    }

    @Test func revokingATokenEndsItsSessions() async throws {
        try await withServer { server in
            let token = try await server.token()
            let new = try await server.send(.post, "/api/tokens", token: token, body: #"{"name":"laptop"}"#).json()
            let session = try await server.openSession(try #require(new["token"]?.stringValue))
            _ = try await server.send(.delete, "/api/tokens/\(new["jti"]?.stringValue ?? "")", token: token)
            let used = try await server.mcp(RPC.ping, token: token, session: session)
            #expect(used.status == .notFound)
        }
    }

    @Test func aUserHasAtMost100Tokens() async throws {
        try await withServer { server in
            let token = try await server.token()
            for _ in 0..<99 { _ = try await server.token() }
            let response = try await server.send(.post, "/api/tokens", token: token, body: #"{"name":"laptop"}"#)
            let json = try response.json()
            #expect(response.status == .conflict)
            #expect(json["error"] == "conflict")
            #expect(json["message"] == "You have 100 tokens already: revoke one first.")
        }
    }

    @Test(
        arguments: [
            (.get, "/api/tokens"), (.post, "/api/tokens"), (.delete, "/api/tokens/x"),
            (.post, "/api/auth/logout?everywhere=true"),
        ] as [(HTTPRequest.Method, String)]
    )
    func restrictedTokensDoNotManageTokens(method: HTTPRequest.Method, path: String) async throws {
        try await withServer { server in
            let tokens = [
                try await server.token(scopes: .notesRead), try await server.token(folders: ["work"]),
                try await server.appTokens().access.token,
            ]
            for token in tokens {
                let response = try await server.send(method, path, token: token, body: #"{"name":"laptop"}"#)
                let json = try response.json()
                #expect(response.status == .forbidden)
                #expect(json["error"] == "forbidden")
            }
            let events = server.audit.events(.forbidden)
            let known = path.prefix { $0 != "?" }
            #expect(events.map { $0.details[.path] } == Array(repeating: String(known), count: 3))
        }
    }
}
