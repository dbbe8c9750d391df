import Accounts
import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import Identity
import SharedState
import Testing

/// `POST /api/auth/logout[?everywhere=true]`.
struct LogoutRouteTests {
    @Test(arguments: ["/api/auth/logout", "/api/auth/logout?everywhere=false"])
    func aLogoutEndsItsTokenOnly(path: String) async throws {
        try await withServer { server in
            let token = try await server.token()
            let other = try await server.token()
            let session = try await server.openSession(token)
            let response = try await server.send(.post, path, token: token)
            let ended = try await server.send(.get, "/api/usage", token: token)
            let used = try await server.send(.get, "/api/usage", token: other)
            let gone = try await server.mcp(RPC.ping, token: other, session: session)
            let listed = try await server.send(.get, "/api/tokens", token: other).json()
            #expect(response.status == .noContent)
            #expect(ended.status == .unauthorized)
            #expect(used.status == .ok)
            #expect(gone.status == .notFound)
            #expect(listed["tokens"]?.arrayValue?.count == 1)
            #expect(server.audit.events(.logout).map { $0.details[.everywhere] } == ["false"])
        }
    }

    @Test func aLogoutEverywhereEndsAllOfItsUser() async throws {
        try await withServer { server in
            let token = try await server.token()
            let other = try await server.token()
            let app = try await server.appTokens().access.token
            let bob = try await server.token("bob")
            let response = try await server.send(.post, "/api/auth/logout?everywhere=true", token: token)
            var statuses: [HTTPResponse.Status] = []
            for token in [token, other, app, bob] {
                statuses.append(try await server.send(.get, "/api/usage", token: token).status)
            }
            server.clock.advance(1)
            let later = try await server.send(.get, "/api/usage", token: try await server.token())
            #expect(response.status == .noContent)
            #expect(statuses == [.unauthorized, .unauthorized, .unauthorized, .ok])
            #expect(later.status == .ok)
            #expect(server.audit.events(.logout).map { $0.details[.everywhere] } == ["true"])
        }
    }

    @Test func anAppsLogoutEndsItsGrant() async throws {
        try await withServer { server in
            let app = try await server.appTokens()
            let response = try await server.send(.post, "/api/auth/logout", token: app.access.token)
            let used = try await server.send(.get, "/api/usage", token: app.access.token)
            let grants = try await server.accounts.grants.grants(of: try UserID("ada"))
            #expect(response.status == .noContent)
            #expect(used.status == .unauthorized)
            #expect(grants.isEmpty)
            #expect(server.audit.events(.logout).first?.details[.revocationID] == "grant-of-ada-0123456789")
        }
    }

    @Test func restrictedTokensMayLogOut() async throws {
        try await withServer { server in
            for token in [try await server.token(scopes: .notesRead), try await server.token(folders: ["work"])] {
                let response = try await server.send(.post, "/api/auth/logout", token: token)
                #expect(response.status == .noContent)
            }
        }
    }

    @Test(arguments: ["", "1", "yes", "TRUE"])
    func everywhereIsTrueOrFalse(value: String) async throws {
        try await withServer { server in
            let token = try await server.token()
            let response = try await server.send(.post, "/api/auth/logout?everywhere=\(value)", token: token)
            let json = try response.json()
            let used = try await server.send(.get, "/api/usage", token: token)
            #expect(response.status == .badRequest)
            #expect(json["message"] == "'everywhere' must be true or false.")
            #expect(used.status == .ok)
        }
    }
}
