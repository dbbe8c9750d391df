import Encodings
import Foundation

/// The provider that users sign in with, such as Hugging Face (OpenID Connect Core 1.0, authorization code with PKCE).
public actor OpenIDProvider {
    /// How this server is known to its provider.
    public struct Registration: Sendable {
        let issuer: String
        let clientID: String
        let clientSecret: String?
        let scopes: String
        let redirectURI: String

        /// Describes a registration.
        ///
        /// - Parameters:
        ///   - issuer: the provider's URL, without a slash at its end.
        ///   - clientSecret: `nil` for a public client, which proves itself by PKCE alone.
        ///   - scopes: separated by spaces; `openid` is added where it is missing.
        ///   - redirectURI: where the provider sends users back to.
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

    /// Describes the provider; nothing is asked of it before somebody signs in.
    ///
    /// - Parameter now: seconds since 1970.
    public init(_ registration: Registration, http: OutboundHTTP, now: @escaping @Sendable () -> Int64) {
        self.registration = registration
        self.http = http
        self.now = now
    }

    /// Where a browser goes to sign in.
    ///
    /// - Throws: ``IdentityError`` with `.unreachable` when the provider does not say where that is.
    public func authorizationURL(for attempt: LoginAttempt, state: String) async throws -> String {
        let endpoint = try await self.discovered().authorizationEndpoint
        let query = PercentEncoding.encode([
            ("response_type", "code"), ("client_id", self.registration.clientID),
            ("redirect_uri", self.registration.redirectURI), ("scope", self.registration.scopes), ("state", state),
            ("nonce", attempt.nonce), ("code_challenge", CodeChallenge(verifier: attempt.verifier).text),
            ("code_challenge_method", "S256"),
        ])
        return endpoint + (endpoint.contains("?") ? "&" : "?") + query
    }

    /// Who has signed in, by the code that the provider sent a browser back with.
    ///
    /// - Parameter issuer: the parameter `iss` of that request (RFC 9207), against providers that are mixed up.
    /// - Throws: ``IdentityError`` with `.unreachable` or `.notProven`.
    public func user(code: String, issuer: String?, attempt: LoginAttempt) async throws -> OpenIDUser {
        let configuration = try await self.discovered()
        guard issuer == nil ? configuration.namesIssuer != true : issuer == configuration.issuer else {
            throw IdentityError(.notProven, "Another provider than the one that was asked has answered.")
        }
        let token = try await self.idToken(for: code, attempt: attempt, configuration)
        let header = try IDTokenHeader(of: token)
        if !self.keys.has(header.kid) { try await self.fetchKeys(configuration) }
        guard self.keys.has(header.kid) else { throw IDToken.refusal("the provider does not have its key") }
        let claims = try await self.keys.verify(token)
        try claims.check(
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

    /// Whose access token of the provider it is, as the provider says itself (section 5.3).
    ///
    /// - Throws: ``IdentityError`` with `.unreachable`, or `.notProven` for a token that the provider refuses.
    public func user(accessToken: String) async throws -> OpenIDUser {
        let configuration = try await self.discovered()
        guard let endpoint = configuration.userinfoEndpoint else {
            throw IdentityError(.unreachable, "The provider does not say whose a token is.")
        }
        let answer = try await self.http.get(endpoint, bearer: accessToken)
        guard answer.status < 500 else {
            throw IdentityError(
                .unreachable,
                "The provider answers \(answer.status) instead of saying whose a token is."
            )
        }
        guard answer.status == 200 else {
            throw IdentityError(.notProven, "The provider does not accept that token.")
        }
        let claims = try answer.decoded(UserInfo.self, "word for whose a token is")
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

    private struct TokenAnswer: Decodable {
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
        let answer = try await self.http.post(configuration.tokenEndpoint, form: form, basic: basic)
        let fields = try answer.decoded(TokenAnswer.self, "answer to a code")
        guard answer.status == 200, let token = fields.id_token else {
            let reason = fields.error.map { String($0.prefix(100)) } ?? "no id_token"
            throw IdentityError(.notProven, "The provider gives no token: \(reason).")
        }
        return token
    }

    private func discovered() async throws -> OpenIDConfiguration {
        let now = self.now()
        if let known = self.configuration, known.until > now { return known.value }
        let issuer = self.registration.issuer
        let answer = try await self.http.get("\(issuer)/.well-known/openid-configuration")
        guard answer.status == 200 else {
            throw IdentityError(.unreachable, "The provider at \(issuer) answers \(answer.status) to discovery.")
        }
        let value = try answer.decoded(OpenIDConfiguration.self, "discovery document")
        try value.check(issuer: issuer)
        self.configuration = (value, now + 3600)
        return value
    }

    private func fetchKeys(_ configuration: OpenIDConfiguration) async throws {
        guard self.keys.mayFetch(now: self.now()) else { throw IDToken.refusal("the provider does not have its key") }
        let answer = try await self.http.get(configuration.keysAddress)
        guard answer.status == 200 else {
            throw IdentityError(.unreachable, "The provider answers \(answer.status) instead of its keys.")
        }
        // Changed in a copy, for others may read meanwhile.
        var keys = self.keys
        try await keys.take(answer.body)
        self.keys = keys
    }
}
