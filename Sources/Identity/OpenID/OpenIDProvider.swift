import Encodings
import Foundation

/// The provider that users sign in with, such as Hugging Face (OpenID Connect Core 1.0, authorization code with PKCE).
public actor OpenIDProvider {
    /// This server's client registration at the provider.
    public struct Registration: Sendable {
        let issuer: String
        let clientID: String
        let clientSecret: String?
        let scopes: String
        let redirectURI: String

        /// A registration under the provider's names.
        ///
        /// - Parameters:
        ///   - issuer: the provider's URL, without a trailing slash.
        ///   - clientSecret: `nil` for a public client, which uses PKCE alone.
        ///   - scopes: separated by spaces; `openid` is added if missing.
        public init(issuer: String, clientID: String, clientSecret: String?, scopes: String, redirectURI: String) {
            self.issuer = issuer
            self.clientID = clientID
            self.clientSecret = clientSecret
            let names = scopes.split(separator: " ").map(String.init)
            self.scopes = (names.contains("openid") ? names : ["openid"] + names).joined(separator: " ")
            self.redirectURI = redirectURI
        }
    }

    private let registration: Registration
    private let http: OutboundHTTP
    private let now: @Sendable () -> Int64
    private var configuration: (value: OpenIDConfiguration, until: Int64)?
    private var keys = ProviderKeys()

    /// Sends no request before the first login.
    ///
    /// - Parameter now: seconds since 1970.
    public init(_ registration: Registration, http: OutboundHTTP, now: @escaping @Sendable () -> Int64) {
        self.registration = registration
        self.http = http
        self.now = now
    }

    /// The URL to redirect a browser to.
    ///
    /// - Throws: ``IdentityError`` with `.unreachable` if discovery fails.
    public func authorizationURL(for attempt: LoginAttempt, state: String) async throws -> String {
        let endpoint = try await self.discover().authorizationEndpoint
        let query = PercentEncoding.encode([
            ("response_type", "code"), ("client_id", self.registration.clientID),
            ("redirect_uri", self.registration.redirectURI), ("scope", self.registration.scopes), ("state", state),
            ("nonce", attempt.nonce), ("code_challenge", CodeChallenge(verifier: attempt.verifier).text),
            ("code_challenge_method", "S256"),
        ])
        return endpoint + (endpoint.contains("?") ? "&" : "?") + query
    }

    /// Exchanges an authorization code for the user who signed in.
    ///
    /// - Parameter issuer: the parameter `iss` of the response (RFC 9207), against mix-up attacks.
    /// - Throws: ``IdentityError`` with `.unreachable` or `.notProven`.
    public func user(code: String, issuer: String?, attempt: LoginAttempt) async throws -> OpenIDUser {
        let configuration = try await self.discover()
        guard issuer == nil ? configuration.sendsIssuer != true : issuer == configuration.issuer else {
            throw IdentityError(.notProven, "The response is from another provider.")
        }
        let token = try await self.idToken(for: code, attempt: attempt, configuration)
        let header = try IDTokenHeader(of: token)
        if !self.keys.contains(header.kid) { try await self.fetchKeys(configuration) }
        guard self.keys.contains(header.kid) else { throw IDToken.refusal("the provider does not have its key") }
        let claims = try await self.keys.verify(token)
        try claims.validate(
            issuer: configuration.issuer,
            clientID: self.registration.clientID,
            nonce: attempt.nonce,
            now: self.now()
        )
        return try OpenIDUser(
            subject: claims.sub,
            name: claims.preferred_username ?? claims.name,
            issuer: configuration.issuer
        )
    }

    /// The user of a provider's access token, from its userinfo endpoint (section 5.3).
    ///
    /// - Throws: ``IdentityError`` with `.unreachable`, or `.notProven` for a rejected token.
    public func user(accessToken: String) async throws -> OpenIDUser {
        let configuration = try await self.discover()
        guard let endpoint = configuration.userinfoEndpoint else {
            throw IdentityError(.unreachable, "The provider has no userinfo endpoint.")
        }
        let response = try await self.http.get(endpoint, bearer: accessToken)
        guard response.status < 500 else {
            throw IdentityError(
                .unreachable,
                "The provider's userinfo endpoint answered \(response.status)."
            )
        }
        guard response.status == 200 else {
            throw IdentityError(.notProven, "The provider does not accept that token.")
        }
        let claims = try response.decoded(UserInfo.self, "userinfo response")
        return try OpenIDUser(
            subject: claims.sub,
            name: claims.preferred_username ?? claims.name,
            issuer: configuration.issuer
        )
    }

    // The names are those of the standard claims.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    private struct UserInfo: Decodable {
        let sub: String
        let preferred_username: String?
        let name: String?
    }

    private struct TokenResponse: Decodable {
        // The name is that of the standard.
        // swift-format-ignore: AlwaysUseLowerCamelCase
        let id_token: String?
        let error: String?
    }

    private func idToken(
        for code: String,
        attempt: LoginAttempt,
        _ configuration: OpenIDConfiguration
    ) async throws -> String {
        var form = [
            (name: "grant_type", value: "authorization_code"), (name: "code", value: code),
            (name: "redirect_uri", value: self.registration.redirectURI),
            (name: "code_verifier", value: attempt.verifier),
        ]
        var basic: String?
        let methods = configuration.tokenEndpointMethods ?? ["client_secret_basic"]
        if let secret = self.registration.clientSecret, methods.contains("client_secret_basic") {
            let pair = "\(PercentEncoding.encode(self.registration.clientID)):\(PercentEncoding.encode(secret))"
            basic = Data(pair.utf8).base64EncodedString()
        } else {
            form.append(("client_id", self.registration.clientID))
            if let secret = self.registration.clientSecret { form.append(("client_secret", secret)) }
        }
        let response = try await self.http.post(configuration.tokenEndpoint, form: form, basic: basic)
        let fields = try response.decoded(TokenResponse.self, "token response")
        guard response.status == 200, let token = fields.id_token else {
            let reason = fields.error?.prefix(bytes: 100) ?? "no id_token"
            throw IdentityError(.notProven, "The provider issued no token: \(reason).")
        }
        return token
    }

    private func discover() async throws -> OpenIDConfiguration {
        let now = self.now()
        if let known = self.configuration, known.until > now { return known.value }
        let issuer = self.registration.issuer
        let response = try await self.http.get("\(issuer)/.well-known/openid-configuration")
        guard response.status == 200 else {
            throw IdentityError(.unreachable, "The provider at \(issuer) answers \(response.status) to discovery.")
        }
        let value = try response.decoded(OpenIDConfiguration.self, "discovery document")
        try value.validate(issuer: issuer)
        self.configuration = (value, now + 3600)
        return value
    }

    private func fetchKeys(_ configuration: OpenIDConfiguration) async throws {
        guard self.keys.mayFetch(now: self.now()) else { throw IDToken.refusal("the provider does not have its key") }
        let response = try await self.http.get(configuration.keysURL)
        guard response.status == 200 else {
            throw IdentityError(.unreachable, "The provider answers \(response.status) instead of its keys.")
        }
        // Updated in a copy: the actor is reentrant.
        var keys = self.keys
        try await keys.update(with: response.body)
        self.keys = keys
    }
}
