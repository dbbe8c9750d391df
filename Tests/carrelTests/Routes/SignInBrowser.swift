import Encodings
import Foundation
import HTTPTypes
import HummingbirdTesting
import Identity
import SharedState
import Testing

/// A browser with a session.
struct SignInBrowser: Sendable {
    let server: TestServer
    /// As in the header `Cookie`.
    let cookie: String

    func get(_ path: String) async throws -> TestResponse {
        try await self.server.send(.get, path, headers: [.cookie: self.cookie])
    }

    func post(_ path: String, _ form: KeyValuePairs<String, String>) async throws -> TestResponse {
        try await self.server.post(path, form, headers: [.cookie: self.cookie])
    }

    /// The ticket of the account page's forms.
    func csrf() async throws -> String { try await self.get("/").field("csrf") }
}

extension TestServer {
    /// A browser in which a user has signed in; needs no address, as `POST /auth/login` does.
    func browser(_ user: String = "ada", name: String? = nil) async throws -> SignInBrowser {
        let secret = try await self.state.webSessions.createWebSession(for: try UserID(user), name: name)
        return SignInBrowser(server: self, cookie: "carrel=\(secret)")
    }

    func post(
        _ path: String,
        _ form: KeyValuePairs<String, String>,
        headers: HTTPFields = [:]
    ) async throws -> TestResponse {
        try await self.post(path, text: PercentEncoding.encode(form.map { ($0.key, $0.value) }), headers: headers)
    }

    /// Sends a form that is encoded already.
    func post(_ path: String, text: String, headers: HTTPFields = [:]) async throws -> TestResponse {
        var headers = headers
        headers[.contentType] = "application/x-www-form-urlencoded"
        return try await self.send(.post, path, headers: headers, body: text)
    }
}

extension TestResponse {
    /// A cookie in `Set-Cookie`.
    struct SetCookie {
        let value: String
        let attributes: Set<String>
    }

    /// The value of a hidden field of a page's form.
    func field(_ name: String) throws -> String {
        let parts = self.text.split(separator: "name=\"\(name)\" value=\"", maxSplits: 1)
        let rest = try #require(parts.count == 2 ? parts[1] : nil, "no field '\(name)' in \(self.text)")
        return String(rest.prefix { $0 != "\"" })
    }

    /// The text of the element with an id.
    func element(_ id: String) throws -> String {
        let parts = self.text.split(separator: " id=\"\(id)\">", maxSplits: 1)
        let rest = try #require(parts.count == 2 ? parts[1] : nil, "no element '\(id)' in \(self.text)")
        return String(rest.prefix { $0 != "<" })
    }

    func cookie(_ name: String) throws -> SetCookie {
        let lines = self.headers[values: .setCookie].filter { $0.hasPrefix("\(name)=") }
        let line = try #require(lines.count == 1 ? lines[0] : nil, "\(self.headers[values: .setCookie])")
        let parts = line.split(separator: "; ").map { String($0) }
        return SetCookie(value: String(parts[0].dropFirst(name.count + 1)), attributes: Set(parts.dropFirst()))
    }

    /// The query of `Location`.
    var sentBack: [String: String] {
        let items = self.headers[.location].flatMap { URLComponents(string: $0) }?.queryItems ?? []
        return Dictionary(items.map { ($0.name, $0.value ?? "") }) { first, _ in first }
    }
}
