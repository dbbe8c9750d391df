package import Accounts
package import HTTPServer
package import Hummingbird
package import Identity
package import SharedState
package import Vault

/// The routes by which users sign in: OAuth for their clients, login and the account page for themselves.
package struct SignInRoutes {
    /// The dependencies of the routes.
    package struct Parts: Sendable {
        package let provider: OpenIDProvider?
        let documents: ClientDocuments
        let verifier: TokenVerifier
        let forms: SignedPayload
        let accounts: UserAccounts
        let state: SharedPorts
        let vaults: VaultStore
        let welcome: @Sendable (Vault) async throws -> Void

        /// - Parameters:
        ///   - provider: `nil` if none is set.
        ///   - documents: clients whose id is the URL of their metadata.
        ///   - forms: signs the tickets in forms.
        ///   - welcome: fills the vault of a new user.
        package init(
            provider: OpenIDProvider?,
            documents: ClientDocuments,
            verifier: TokenVerifier,
            forms: SignedPayload,
            accounts: UserAccounts,
            state: SharedPorts,
            vaults: VaultStore,
            welcome: @escaping @Sendable (Vault) async throws -> Void
        ) {
            self.provider = provider
            self.documents = documents
            self.verifier = verifier
            self.forms = forms
            self.accounts = accounts
            self.state = state
            self.vaults = vaults
            self.welcome = welcome
        }
    }

    private let edge: Edge
    private let parts: Parts
    private let pages: Pages

    /// - Throws: if a template is invalid.
    package init(_ edge: Edge, _ parts: Parts) throws {
        self.edge = edge
        self.parts = parts
        self.pages = try Pages(edge.configuration.publicURL)
    }

    package func add(to router: Router<CarrelRequestContext>) {
        self.addOAuth(to: router)
        let webSessions = WebSessions(
            store: self.parts.state.webSessions,
            forms: self.parts.forms,
            publicURL: self.edge.configuration.publicURL
        )
        self.addAuthorization(webSessions, to: router)
        LoginRoutes(
            provider: self.parts.provider,
            isLocal: self.edge.configuration.isLocal,
            logins: self.parts.state.logins,
            webSessions: webSessions,
            pages: self.pages,
            limiter: self.edge.limiter,
            accounts: self.parts.accounts,
            audit: self.edge.audit,
            vaults: self.parts.vaults,
            welcome: self.parts.welcome
        ).add(to: router)
        AccountRoutes(
            webSessions: webSessions,
            pages: self.pages,
            accounts: self.parts.accounts,
            limiter: self.edge.limiter
        ).add(to: router)
    }

    private func addAuthorization(_ webSessions: WebSessions, to router: Router<CarrelRequestContext>) {
        AuthorizeRoutes(
            publicURL: self.edge.configuration.publicURL,
            directory: ClientDirectory(clients: self.parts.state.clients, documents: self.parts.documents),
            limiter: self.edge.limiter,
            grants: self.parts.accounts.grants,
            webSessions: webSessions,
            pages: self.pages,
            canSignIn: self.parts.provider != nil || self.edge.configuration.isLocal,
            now: self.edge.now
        ).add(to: router)
    }

    private func addOAuth(to router: Router<CarrelRequestContext>) {
        let publicURL = self.edge.configuration.publicURL
        OAuthMetadataRoutes(publicURL: publicURL).add(to: router)
        RegistrationRoute(
            clients: self.parts.state.clients,
            limiter: self.edge.limiter,
            limit: self.edge.configuration.registrationLimit,
            now: self.edge.now
        ).add(to: router)
        TokenEndpoint(
            publicURL: publicURL,
            grants: self.parts.accounts.grants,
            limiter: self.edge.limiter,
            now: self.edge.now
        ).add(to: router)
        RevocationRoute(
            verifier: self.parts.verifier,
            accounts: self.parts.accounts,
            limiter: self.edge.limiter
        ).add(to: router)
    }
}
