import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import SharedState
import Testing

struct OAuthRefreshTests {
    @Test func aRefreshRotatesTheToken() async throws {
        try await withServer { server in
            let app = try await server.registerApp()
            let tokens = try await app.tokens(try await server.browser())
            let response = try await app.refresh(tokens.refresh)
            let next = try response.tokens()
            let isAccepted = try await server.accepts(next.access)
            let again = try await app.refresh(next.refresh)
            #expect(response.status == .ok)
            #expect(response.headers[.cacheControl] == "no-store")
            #expect(next.refresh != tokens.refresh)
            #expect(next.access != tokens.access)
            #expect(isAccepted)
            #expect(again.status == .ok)
            #expect(server.audit.events(.tokenRefreshed).map { $0.details[.clientID] } == [app.id, app.id])
        }
    }

    @Test func aRefreshTokenOutlivesItsAccessToken() async throws {
        try await withServer { server in
            let app = try await server.registerApp()
            let tokens = try await app.tokens(try await server.browser())
            server.clock.advance(86400 + 3600)
            let isAccepted = try await server.accepts(tokens.access)
            let response = try await app.refresh(tokens.refresh)
            #expect(!isAccepted)
            #expect(response.status == .ok)
        }
    }

    @Test func anUnusedGrantEndsAfterNinetyDays() async throws {
        try await withServer { server in
            let app = try await server.registerApp()
            let tokens = try await app.tokens(try await server.browser())
            server.clock.advance(90 * 86400 + 1)
            let response = try await app.refresh(tokens.refresh)
            #expect(response.status == .badRequest)
        }
    }

    @Test func aClientMayAskForLess() async throws {
        try await withServer { server in
            let app = try await server.registerApp()
            let tokens = try await app.tokens(try await server.browser())
            let less = try await app.refresh(tokens.refresh, ["scope": "notes:read"])
            let json = try less.json()
            let all = try await app.refresh(try less.tokens().refresh).json()
            #expect(json["scope"] == "notes:read")
            #expect(all["scope"] == "notes:read notes:write")
        }
    }

    @Test func aClientMayNotAskForMore() async throws {
        try await withServer { server in
            let app = try await server.registerApp()
            let code = try await app.code(try await server.browser(), ["scope": "notes:read"])
            let token = try await app.exchange(code).tokens().refresh
            let more = try await app.refresh(token, ["scope": "notes:read notes:write"])
            let unknown = try await app.refresh(token, ["scope": "openid"])
            let errors = [try more.json()["error"], try unknown.json()["error"]]
            let good = try await app.refresh(token)
            #expect([more.status, unknown.status] == [.badRequest, .badRequest])
            #expect(errors == ["invalid_scope", "invalid_scope"])
            #expect(good.status == .ok)
        }
    }

    @Test func invalidRefreshTokensAreRefused() async throws {
        try await withServer { server in
            let app = try await server.registerApp()
            let tokens = try await app.tokens(try await server.browser())
            var errors: [String?] = []
            for token in ["x", "crt_x", tokens.access, tokens.refresh + "x", String(tokens.refresh.dropLast(2))] {
                errors.append(try await app.refresh(token).json()["error"]?.stringValue)
            }
            errors.append(try await app.refresh(tokens.refresh, ["client_id": "other"]).json()["error"]?.stringValue)
            let good = try await app.refresh(tokens.refresh)
            #expect(errors == Array(repeating: "invalid_grant", count: 6))
            #expect(good.status == .ok)
        }
    }

    @Test func aRaceWithinTenSecondsIsNoReplay() async throws {
        try await withServer { server in
            let app = try await server.registerApp()
            let tokens = try await app.tokens(try await server.browser())
            let first = try await app.refresh(tokens.refresh).tokens()
            server.clock.advance(10)
            let second = try await app.refresh(tokens.refresh).tokens()
            #expect(first.refresh == second.refresh)
            #expect(server.audit.events(.refreshTokenReused).isEmpty)
        }
    }

    @Test func aReplayEndsTheGrant() async throws {
        try await withServer { server in
            let app = try await server.registerApp()
            let tokens = try await app.tokens(try await server.browser())
            let next = try await app.refresh(tokens.refresh).tokens()
            server.clock.advance(11)
            let replay = try await app.refresh(tokens.refresh)
            let json = try replay.json()
            let accepted = [try await server.accepts(tokens.access), try await server.accepts(next.access)]
            let refreshed = try await app.refresh(next.refresh)
            #expect(replay.status == .badRequest)
            #expect(json["error"] == "invalid_grant")
            #expect(accepted == [false, false])
            #expect(refreshed.status == .badRequest)
            #expect(server.audit.events(.refreshTokenReused).map(\.user) == ["ada"])
        }
    }
}
