import JWTKit

/// Issues tokens signed with HS256.
public struct TokenIssuer: Sendable {
    private let key: SigningKey
    private let issuer: String
    private let audience: String
    private let now: @Sendable () -> Int64

    /// An issuer for one audience.
    ///
    /// - Parameters:
    ///   - issuer: the claim `iss`, the public URL.
    ///   - audience: the claim `aud`, the MCP endpoint.
    ///   - now: seconds since 1970.
    public init(key: SigningKey, issuer: String, audience: String, now: @escaping @Sendable () -> Int64) {
        self.key = key
        self.issuer = issuer
        self.audience = audience
        self.now = now
    }

    /// Signs a new token.
    ///
    /// - Parameters:
    ///   - folders: restricts the token to these folders; `nil` for the whole vault.
    ///   - grantID: the grant with which the token is revoked.
    ///   - familyID: the original token of a chain of refreshes, with which the token is revoked.
    public func issue(
        user: UserID,
        lifetime: Duration,
        scopes: ScopeSet = .all,
        folders: [String]? = nil,
        clientID: String? = nil,
        grantID: String? = nil,
        familyID: String? = nil
    ) async throws -> IssuedToken {
        let issuedAt = self.now()
        let (end, overflows) = issuedAt.addingReportingOverflow(max(1, lifetime.components.seconds))
        let claims = Claims(
            sub: user.value,
            iat: issuedAt,
            exp: overflows ? Int64.max : end,
            jti: try SecureRandom.identifier(),
            iss: self.issuer,
            aud: self.audience,
            scope: scopes.description,
            client_id: clientID,
            grant: grantID,
            family: familyID,
            folders: folders
        )
        let keys = JWTKeyCollection()
        let kid = JWKIdentifier(string: self.key.id)
        await keys.add(hmac: HMACKey(from: self.key.secret), digestAlgorithm: .sha256, kid: kid)
        let token = try await keys.sign(claims, kid: kid)
        return IssuedToken(token: token, tokenID: claims.jti, expiresAt: claims.exp)
    }

    // The names are those of the registered claims.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    struct Claims: JWTPayload {
        let sub: String
        let iat: Int64
        let exp: Int64
        let jti: String
        let iss: String
        let aud: String
        let scope: String
        let client_id: String?
        let grant: String?
        let family: String?
        let folders: [String]?

        func verify(using _: some JWTAlgorithm) throws {}
    }
}

/// A newly issued token.
public struct IssuedToken: Sendable {
    /// Secret: authenticates as the user.
    public let token: String
    /// The claim `jti`.
    public let tokenID: String
    /// In seconds since 1970.
    public let expiresAt: Int64
}
