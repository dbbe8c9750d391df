public import Identity
public import Vault

/// How users sign in, and what clients get that they let in.
public struct SignIn: Sendable {
    let provider: OpenIDProvider?
    let documents: ClientDocuments
    let verifier: TokenVerifier
    let issuer: TokenIssuer
    let forms: SignedPayload
    let refreshTokens: SignedPayload
    let tokenLifetime: Duration
    let accessTokenLifetime: Duration
    let welcome: @Sendable (Vault) async throws -> Void

    /// Collects what signing in takes.
    ///
    /// - Parameters:
    ///   - provider: whom users sign in with; `nil` where there is none.
    ///   - documents: clients that are described by a document at their id.
    ///   - forms: proves that a form of a page was made here.
    ///   - refreshTokens: proves that a refresh token was made here.
    ///   - tokenLifetime: how long tokens are good that users make by themselves.
    ///   - accessTokenLifetime: how long the access tokens of OAuth clients are good.
    ///   - welcome: fills the vault of a user who is new.
    public init(
        provider: OpenIDProvider?,
        documents: ClientDocuments,
        verifier: TokenVerifier,
        issuer: TokenIssuer,
        forms: SignedPayload,
        refreshTokens: SignedPayload,
        tokenLifetime: Duration,
        accessTokenLifetime: Duration,
        welcome: @escaping @Sendable (Vault) async throws -> Void
    ) {
        self.provider = provider
        self.documents = documents
        self.verifier = verifier
        self.issuer = issuer
        self.forms = forms
        self.refreshTokens = refreshTokens
        self.tokenLifetime = tokenLifetime
        self.accessTokenLifetime = accessTokenLifetime
        self.welcome = welcome
    }
}
