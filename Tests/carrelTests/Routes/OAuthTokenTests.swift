import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import SharedState
import Testing

/// `/oauth/token` with codes, and what both kinds of grant share.
struct OAuthTokenTests {
    @Test func aCodeIsExchanged() async throws {
        try await withServer { server in
            let app = try await server.registerApp()
            let response = try await app.exchange(try await app.code(try await server.browser()))
            let json = try response.json()
            let isAccepted = try await server.accepts(try response.tokens().access)
            let event = try #require(server.audit.events(.grant).first)
            #expect(response.status == .ok)
            #expect(response.headers[.cacheControl] == "no-store")
            #expect(json["token_type"] == "Bearer")
            #expect(json["expires_in"] == 86400)
            #expect(json["scope"] == "notes:read notes:write")
            #expect(isAccepted)
            #expect(event.user == "ada")
            #expect(event.details[.clientID] == app.id)
            #expect(event.details[.client] == "Reader")
        }
    }

    @Test func aCodeNeedsNoRedirectURI() async throws {
        try await withServer { server in
            let app = try await server.registerApp()
            let code = try await app.code(try await server.browser())
            let response = try await app.exchange(code, ["redirect_uri": nil, "resource": "http://localhost:7860/mcp"])
            #expect(response.status == .ok)
        }
    }

    @Test(
        arguments: [
            ["code_verifier": String(repeating: "w", count: 43)], ["code_verifier": "short"], ["client_id": "other"],
            ["redirect_uri": "https://b.example/"], ["code": "unknown"],
        ] as [[String: String?]]
    )
    func whatTheCodeIsNotForIsRefused(changes: [String: String?]) async throws {
        try await withServer { server in
            let app = try await server.registerApp()
            let response = try await app.exchange(try await app.code(try await server.browser()), changes)
            let json = try response.json()
            #expect(response.status == .badRequest)
            #expect(response.headers[.cacheControl] == "no-store")
            #expect(json["error"] == "invalid_grant")
            #expect(server.audit.events(.grant).isEmpty)
        }
    }

    @Test func aWrongVerifierSpendsTheCode() async throws {
        try await withServer { server in
            let app = try await server.registerApp()
            let code = try await app.code(try await server.browser())
            _ = try await app.exchange(code, ["code_verifier": String(repeating: "w", count: 43)])
            let response = try await app.exchange(code)
            #expect(response.status == .badRequest)
        }
    }

    @Test func aCodeUsedTwiceEndsItsGrant() async throws {
        try await withServer { server in
            let app = try await server.registerApp()
            let code = try await app.code(try await server.browser())
            let tokens = try await app.exchange(code).tokens()
            let again = try await app.exchange(code)
            let json = try again.json()
            let isAccepted = try await server.accepts(tokens.access)
            let refreshed = try await app.refresh(tokens.refresh)
            #expect(again.status == .badRequest)
            #expect(json["error"] == "invalid_grant")
            #expect(!isAccepted)
            #expect(refreshed.status == .badRequest)
            #expect(server.audit.events(.grantRevoked).map { $0.details[.reason] } == ["code_replayed"])
        }
    }

    @Test func aCodeExpiresAfterAMinute() async throws {
        try await withServer { server in
            let app = try await server.registerApp()
            let code = try await app.code(try await server.browser())
            server.clock.advance(61)
            let response = try await app.exchange(code)
            #expect(response.status == .badRequest)
        }
    }

    @Test(
        arguments: [
            (["code": nil], 400, "invalid_request"), (["code_verifier": ""], 400, "invalid_request"),
            (["grant_type": nil], 400, "invalid_request"), (["client_id": nil], 401, "invalid_client"),
            (["grant_type": "password"], 400, "unsupported_grant_type"),
            (["grant_type": "refresh_token"], 400, "invalid_request"),
            (["resource": "https://other.example/mcp"], 400, "invalid_target"),
        ] as [([String: String?], Int, String)]
    )
    func badRequestsSpendNoCode(changes: [String: String?], status: Int, error: String) async throws {
        try await withServer { server in
            let app = try await server.registerApp()
            let code = try await app.code(try await server.browser())
            let response = try await app.exchange(code, changes)
            let json = try response.json()
            let good = try await app.exchange(code)
            #expect(response.status.code == status)
            #expect(response.headers[.cacheControl] == "no-store")
            #expect(json["error"]?.stringValue == error)
            #expect(json["error_description"] != nil)
            #expect(good.status == .ok)
        }
    }

    @Test(arguments: ["grant_type", "code", "redirect_uri", "client_id", "code_verifier", "refresh_token", "scope"])
    func repeatedParametersAreRefused(name: String) async throws {
        try await withServer { server in
            let response = try await server.post("/oauth/token", text: "\(name)=a&\(name)=a")
            let json = try response.json()
            #expect(response.status == .badRequest)
            #expect(json["error"] == "invalid_request")
            #expect(json["error_description"]?.stringValue?.contains("'\(name)'") == true)
        }
    }

    @Test func tokenRequestsMustBeForms() async throws {
        try await withServer { server in
            let json = try await server.send(.post, "/oauth/token", body: "{}")
            let malformed = try await server.post("/oauth/token", text: "code=%")
            let large = try await server.post("/oauth/token", ["code": String(repeating: "c", count: 32769)])
            let errors = [try json.json()["error"], try malformed.json()["error"], try large.json()["error"]]
            #expect([json.status, malformed.status, large.status] == [.badRequest, .badRequest, .badRequest])
            #expect(errors == ["invalid_request", "invalid_request", "invalid_request"])
        }
    }

    @Test func everyPageMayExchange() async throws {
        try await withServer { server in
            let headers: HTTPFields = [.origin: "https://page.example"]
            let response = try await server.post("/oauth/token", ["grant_type": "x"], headers: headers)
            #expect(response.headers[.accessControlAllowOrigin] == "*")
        }
    }

    @Test func failedExchangesOfAnAddressAreLimited() async throws {
        try await withServer(isLive: true, failureLimit: .init(2, per: .seconds(3600))) { server in
            let app = try await server.registerApp()
            var statuses: [Int] = []
            for _ in 0..<2 { statuses.append(try await app.exchange("unknown").status.code) }
            let over = try await app.exchange("unknown")
            let json = try over.json()
            let good = try await app.exchange(try await app.code(try await server.browser()))
            #expect(statuses == [400, 400])
            #expect(over.status == .tooManyRequests)
            #expect(over.headers[.retryAfter] != nil)
            #expect(json["error"] == "slow_down")
            #expect(good.status == .ok)
            #expect(server.audit.events(.rateLimited).map { $0.details[.limit] } == ["exchanges"])
        }
    }
}
