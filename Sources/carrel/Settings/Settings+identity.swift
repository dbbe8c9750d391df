import Accounts
import HTTPServer
import Identity
import SharedState
import SignIn
import Vault

extension Settings {
    /// The keys that tokens are signed with.
    struct Keys {
        let current: SigningKey
        let previous: SigningKey?
    }

    /// In `local` without a secret, one is generated and kept.
    func keys() throws -> Keys {
        let secret = try self.tokens.secret ?? LocalSecret.load(folder: self.paths.data)
        return Keys(
            current: try SigningKey(secret: secret),
            previous: try self.tokens.previousSecret.map { try SigningKey(secret: $0) }
        )
    }

    func verifier(_ keys: Keys) throws -> TokenVerifier {
        try TokenVerifier(
            current: keys.current,
            previous: keys.previous,
            audience: self.listener.publicURL.endpoint,
            now: Clocks.seconds
        )
    }

    func issuer(_ keys: Keys) -> TokenIssuer {
        TokenIssuer(
            key: keys.current,
            issuer: "\(self.listener.publicURL)",
            audience: self.listener.publicURL.endpoint,
            now: Clocks.seconds
        )
    }

    /// The rules for tokens, grants and users over some stores.
    func accounts(_ keys: Keys, ports: SharedPorts, audit: any AuditTrail) throws -> UserAccounts {
        let issuer = self.issuer(keys)
        let grants = ClientGrants(
            issuer: issuer,
            lifetime: self.signIn.accessTokenLifetime,
            refreshTokens: try SignedPayload(current: keys.current, previous: keys.previous, purpose: "refresh tokens"),
            state: ports,
            audit: audit,
            now: Clocks.seconds
        )
        let tokens = AccessTokens(
            issuer: issuer,
            lifetime: self.tokens.lifetime,
            grants: grants,
            state: ports,
            audit: audit,
            now: Clocks.seconds
        )
        return UserAccounts(tokens: tokens, grants: grants, state: ports, audit: audit, now: Clocks.seconds)
    }

    func makeSignIn(
        _ keys: Keys,
        accounts: UserAccounts,
        ports: SharedPorts,
        vaults: VaultStore
    ) throws -> SignInRoutes.Parts {
        let http = OutboundHTTP(authorityFile: self.signIn.authorityFile)
        return SignInRoutes.Parts(
            provider: self.signIn.provider.map { self.provider($0, http: http) },
            documents: ClientDocuments(http: http, trustedHosts: self.signIn.trustedClientHosts),
            verifier: try self.verifier(keys),
            forms: try SignedPayload(current: keys.current, previous: keys.previous, purpose: "forms"),
            accounts: accounts,
            state: ports,
            vaults: vaults,
            welcome: { _ = try await WelcomeVault.fill($0) }
        )
    }

    private func provider(_ settings: ProviderSettings, http: OutboundHTTP) -> OpenIDProvider {
        OpenIDProvider(
            OpenIDProvider.Registration(
                issuer: settings.issuer,
                clientID: settings.clientID,
                clientSecret: settings.clientSecret,
                scopes: settings.scopes,
                redirectURI: "\(self.listener.publicURL)/auth/callback"
            ),
            http: http,
            now: Clocks.seconds
        )
    }
}
