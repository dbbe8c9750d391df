import HTTPServer
import HTTPTypes
import Hummingbird
import Identity
import SharedState

/// Browser sessions by cookie, and tickets that protect forms against forgery (CSRF).
struct WebSessions: Sendable {
    private let store: any WebSessionStore
    private let forms: SignedPayload
    private let isSecure: Bool

    init(store: any WebSessionStore, forms: SignedPayload, publicURL: PublicURL) {
        self.store = store
        self.forms = forms
        self.isSecure = publicURL.scheme == "https"
    }

    /// The prefix makes browsers send it to this host only.
    private var sessionCookie: String { self.isSecure ? "__Host-carrel" : "carrel" }
    /// Binds a login to the browser that began it.
    private var loginCookie: String { self.isSecure ? "__Host-carrel-login" : "carrel-login" }

    // MARK: Sessions

    /// The session of the request's browser.
    func session(of request: Request) async throws -> WebSession? {
        guard let secret = self.value(of: self.sessionCookie, in: request) else { return nil }
        return try await self.store.webSession(secret)
    }

    /// Opens a session with a new secret.
    func signIn(_ user: UserID, name: String?, _ response: inout Response) async throws {
        let secret = try await self.store.createWebSession(for: user, name: name)
        self.set(self.sessionCookie, to: secret, seconds: Lifetimes.webSession.wholeSeconds, &response)
    }

    /// Ends the session of the request's browser.
    func signOut(_ request: Request, _ response: inout Response) async throws {
        if let secret = self.value(of: self.sessionCookie, in: request) { try await self.store.endWebSession(secret) }
        self.set(self.sessionCookie, to: "", seconds: 0, &response)
    }

    // MARK: Logins

    /// A new secret for the login cookie.
    func newLogin() throws -> String { try SecureRandom.identifier() }

    func setLogin(_ secret: String, _ response: inout Response) {
        self.set(self.loginCookie, to: secret, seconds: Lifetimes.login.wholeSeconds, &response)
    }

    /// The secret in the login cookie.
    func login(of request: Request) -> String? { self.value(of: self.loginCookie, in: request) }

    // MARK: Forms

    /// A signed payload for a form of one browser.
    ///
    /// - Parameter digest: of the secret in the browser's cookie.
    func ticket(_ payload: String = "", for digest: String) throws -> String {
        try self.forms.sign("\(digest)\n\(payload)".utf8)
    }

    /// The payload of a ticket; `nil` if it was not issued to that browser.
    func payload(of ticket: String?, for digest: String) throws -> String? {
        guard let ticket, let bytes = try self.forms.verify(ticket) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.hasPrefix(digest + "\n") else { return nil }
        return String(text.dropFirst(digest.count + 1))
    }

    // MARK: Cookies

    private func value(of cookie: String, in request: Request) -> String? {
        // Not Hummingbird's `request.cookies`, which takes the first of several: a browser sends a cookie once, and a
        // second one of that name was set by another host, so both are refused.
        let values = request.headers[values: .cookie].flatMap { $0.split(separator: ";") }.compactMap { pair in
            let parts = pair.split(separator: "=", maxSplits: 1)
            return parts.count == 2 && parts[0].drop { $0 == " " } == cookie ? String(parts[1]) : nil
        }
        guard values.count == 1, (16...64).contains(values[0].utf8.count) else { return nil }
        return values[0]
    }

    private func set(_ cookie: String, to value: String, seconds: Int64, _ response: inout Response) {
        response.setCookie(
            Cookie(
                name: cookie,
                value: value,
                maxAge: Int(seconds),
                path: "/",
                secure: self.isSecure,
                httpOnly: true,
                sameSite: .lax
            )
        )
    }
}
