package import Accounts
package import HTTPServer
package import Hummingbird
package import Identity
package import SharedState
package import Vault

/// The routes of the JSON API.
package struct APIRoutes {
    private let edge: Edge
    private let accounts: UserAccounts
    private let provider: OpenIDProvider?
    private let state: SharedPorts
    private let vaults: VaultStore

    /// - Parameter provider: validates the proofs of `create-token`; `nil` where there is none.
    package init(
        _ edge: Edge,
        accounts: UserAccounts,
        provider: OpenIDProvider?,
        state: SharedPorts,
        vaults: VaultStore
    ) {
        self.edge = edge
        self.accounts = accounts
        self.provider = provider
        self.state = state
        self.vaults = vaults
    }

    package func add(to router: Router<CarrelRequestContext>) {
        let gate = APIGate(gate: self.edge.gate)
        UsageRoute(gate: gate, usage: self.state.usage, vaults: self.vaults, now: self.edge.now).add(to: router)
        AuditRoute(gate: gate, store: self.state.audit).add(to: router)
        TokenRoutes(gate: gate, accounts: self.accounts).add(to: router)
        CreateTokenRoute(
            isLocal: self.edge.configuration.isLocal,
            tokens: self.accounts.tokens,
            provider: self.provider,
            limiter: self.edge.limiter,
            audit: self.edge.audit
        ).add(to: router)
    }
}
