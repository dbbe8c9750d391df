import Encodings
import HTTPTypes
import HummingbirdTesting
import Identity
import Testing

/// A registered client.
struct OAuthApp: Sendable {
    struct Tokens: Sendable {
        let access: String
        let refresh: String
    }

    let server: TestServer
    let id: String

    static let redirect = "https://app.example.com/callback"
    static let verifier = String(repeating: "v", count: 43)

    /// The query of its request for access.
    ///
    /// - Parameter changes: `nil` leaves a parameter out.
    func query(_ changes: [String: String?] = [:]) -> String {
        Self.form(
            [
                "response_type": "code", "client_id": self.id, "redirect_uri": Self.redirect, "state": "s 1&",
                "code_challenge": CodeChallenge(verifier: Self.verifier).text, "code_challenge_method": "S256",
            ],
            changes
        )
    }

    func ask(_ browser: SignInBrowser, _ changes: [String: String?] = [:]) async throws -> TestResponse {
        try await browser.get("/oauth/authorize?\(self.query(changes))")
    }

    /// The code for all that the user of a browser allows.
    func code(_ browser: SignInBrowser, _ changes: [String: String?] = [:]) async throws -> String {
        let ticket = try await self.ask(browser, changes).field("ticket")
        let form: KeyValuePairs = [
            "ticket": ticket, "scope": "notes:read", "scope": "notes:write", "decision": "allow",
        ]
        return try #require(try await browser.post("/oauth/authorize", form).sentBack["code"])
    }

    func exchange(_ code: String, _ changes: [String: String?] = [:]) async throws -> TestResponse {
        let fields = [
            "grant_type": "authorization_code", "client_id": self.id, "code": code, "code_verifier": Self.verifier,
            "redirect_uri": Self.redirect,
        ]
        return try await self.server.post("/oauth/token", text: Self.form(fields, changes))
    }

    func refresh(_ token: String, _ changes: [String: String?] = [:]) async throws -> TestResponse {
        let fields = ["grant_type": "refresh_token", "client_id": self.id, "refresh_token": token]
        return try await self.server.post("/oauth/token", text: Self.form(fields, changes))
    }

    /// What it is given once the user of a browser has allowed everything.
    func tokens(_ browser: SignInBrowser) async throws -> Tokens {
        try await self.exchange(try await self.code(browser)).tokens()
    }

    private static func form(_ fields: [String: String], _ changes: [String: String?]) -> String {
        var fields = fields
        for (name, value) in changes { fields[name] = value }
        return PercentEncoding.encode(fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }
}

extension TestServer {
    func registerApp(redirects: [String] = [OAuthApp.redirect], name: String = "Reader") async throws -> OAuthApp {
        let uris = redirects.map { "\"\($0)\"" }.joined(separator: ",")
        let body = "{\"client_name\":\"\(name)\",\"redirect_uris\":[\(uris)]}"
        let json = try await self.send(.post, "/oauth/register", body: body).json()
        return OAuthApp(server: self, id: try #require(json["client_id"]?.stringValue))
    }

    /// Whether a token is accepted.
    func accepts(_ token: String) async throws -> Bool {
        try await self.send(.get, "/api/usage", token: token).status == .ok
    }
}

extension TestResponse {
    /// The tokens of the token endpoint.
    func tokens() throws -> OAuthApp.Tokens {
        let json = try self.json()
        return OAuthApp.Tokens(
            access: try #require(json["access_token"]?.stringValue),
            refresh: try #require(json["refresh_token"]?.stringValue)
        )
    }
}
