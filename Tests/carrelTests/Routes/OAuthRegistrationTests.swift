import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import Identity
import SharedState
import Testing

struct OAuthRegistrationTests {
    private static let path = "/oauth/register"
    private static let body = "{\"redirect_uris\":[\"\(OAuthApp.redirect)\"]}"

    @Test func aClientIsRegistered() async throws {
        try await withServer { server in
            let body =
                "{\"client_name\":\" Reader \",\"redirect_uris\":[\"\(OAuthApp.redirect)\",\"http://localhost/cb\"],"
                + "\"token_endpoint_auth_method\":\"client_secret_basic\",\"unknown\":1}"
            let response = try await server.send(.post, Self.path, body: body)
            let json = try response.json()
            let id = try #require(json["client_id"]?.stringValue)
            let client = try await server.state.clients.client(id)
            #expect(response.status == .created)
            #expect(response.headers[.cacheControl] == "no-store")
            #expect(json["client_id_issued_at"] == .integer(server.clock.now))
            #expect(json["client_name"] == "Reader")
            #expect(json["redirect_uris"] == [.string(OAuthApp.redirect), "http://localhost/cb"])
            #expect(json["token_endpoint_auth_method"] == "none")
            #expect(json["grant_types"] == ["authorization_code", "refresh_token"])
            #expect(json["scope"] == "notes:read notes:write")
            #expect(json["client_secret"] == nil)
            #expect(client?.name == "Reader")
        }
    }

    @Test func aClientWithoutANameIsNamedByItsHost() async throws {
        try await withServer { server in
            let json = try await server.send(.post, Self.path, body: Self.body).json()
            #expect(json["client_name"] == "app.example.com")
        }
    }

    @Test(arguments: [
        "", "x", "[]", "null", "{}", "{\"redirect_uris\":\"https://a.example/\"}", "{\"redirect_uris\":[1]}",
        "{\"redirect_uris\":[\"https://a.example/\"],\"grant_types\":[\"implicit\"]}",
        "{\"redirect_uris\":[\"https://a.example/\"],\"response_types\":[\"token\"]}",
        "{\"redirect_uris\":[\"https://a.example/\"],\"client_name\":\"a\\u202Eb\"}",
        "{\"redirect_uris\":[\"https://a.example/\"],\"client_name\":\"\(String(repeating: "n", count: 101))\"}",
    ])
    func badMetadataIsRefused(body: String) async throws {
        try await withServer { server in
            let response = try await server.send(.post, Self.path, body: body)
            let json = try response.json()
            #expect(response.status == .badRequest)
            #expect(response.headers[.cacheControl] == "no-store")
            #expect(json["error"] == "invalid_client_metadata")
        }
    }

    @Test(arguments: [
        "", "/callback", "http://app.example.com/", "https://app.example.com/#a", "https://u@app.example.com/",
        "javascript:alert(1)", "data:text/html,x", "app:callback", "https://", "https://a.example/\u{FC}",
        "https://a.example/" + String(repeating: "p", count: 2048),
    ])
    func badRedirectURIsAreRefused(uri: String) async throws {
        try await withServer { server in
            let body = "{\"redirect_uris\":[\"https://a.example/\",\"\(uri)\"]}"
            let response = try await server.send(.post, Self.path, body: body)
            let json = try response.json()
            #expect(response.status == .badRequest)
            #expect(json["error"] == "invalid_redirect_uri")
        }
    }

    @Test(arguments: [0, 21])
    func aClientHasOneToTwentyRedirectURIs(count: Int) async throws {
        try await withServer { server in
            let uris = (0..<count).map { "\"https://a.example/\($0)\"" }.joined(separator: ",")
            let json = try await server.send(.post, Self.path, body: "{\"redirect_uris\":[\(uris)]}").json()
            #expect(json["error"] == "invalid_redirect_uri")
        }
    }

    @Test func registrationsMustBeJSON() async throws {
        try await withServer { server in
            let form = try await server.post(Self.path, ["redirect_uris": "https://a.example/"])
            let large = try await server.send(.post, Self.path, body: String(repeating: " ", count: 16385))
            let json = [try form.json(), try large.json()]
            #expect(form.status == .badRequest)
            #expect(large.status == .contentTooLarge)
            #expect(json.map { $0["error"] } == ["invalid_client_metadata", "invalid_client_metadata"])
        }
    }

    @Test func everyPageMayRegister() async throws {
        try await withServer { server in
            let headers: HTTPFields = [.origin: "https://page.example"]
            let response = try await server.send(.post, Self.path, headers: headers, body: Self.body)
            #expect(response.status == .created)
            #expect(response.headers[.accessControlAllowOrigin] == "*")
        }
    }

    @Test func registrationsOfAnAddressAreLimited() async throws {
        try await withServer(isLive: true, registrationLimit: .init(2, per: .seconds(3600))) { server in
            var statuses: [Int] = []
            for _ in 0..<2 { statuses.append(try await server.send(.post, Self.path, body: Self.body).status.code) }
            let over = try await server.send(.post, Self.path, body: Self.body)
            let json = try over.json()
            server.clock.advance(3600)
            let later = try await server.send(.post, Self.path, body: Self.body)
            #expect(statuses == [201, 201])
            #expect(over.status == .tooManyRequests)
            #expect(over.headers[.retryAfter] != nil)
            #expect(json["error"] == "slow_down")
            #expect(later.status == .created)
            #expect(server.audit.events(.rateLimited).map { $0.details[.limit] } == ["registrations"])
        }
    }

    @Test func anUnusedClientIsForgottenAfterAnHour() async throws {
        try await withServer { server in
            let browser = try await server.browser()
            let unused = try await server.registerApp()
            let used = try await server.registerApp()
            _ = try await used.code(browser)
            server.clock.advance(3601)
            let statuses = [try await unused.ask(browser).status, try await used.ask(browser).status]
            #expect(statuses == [.badRequest, .ok])
        }
    }
}
