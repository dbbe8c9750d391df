import API
import Accounts
import HTTPServer
import Identity
import Logging
import MCPCore
import MCPServer
import NoteTools
import SharedState
import SignIn
import StreamableHTTP
import Vault

/// Wires up the routes of a worker.
struct Routes {
    let edge: Edge
    let dispatcher: LegacyDispatcher<Vault>
    let metrics: CallMetrics
    let usage: UsageLedger
    let signIn: SignInRoutes.Parts
    let accounts: UserAccounts
    let state: SharedPorts
    let vaults: VaultStore

    /// The largest request body, in bytes.
    private static let maxBodyBytes = 8 << 20

    static func dispatcher(_ tools: ToolRegistry<Vault>, logger: Logger) -> LegacyDispatcher<Vault> {
        LegacyDispatcher(
            implementation: Implementation(name: "carrel", title: "Carrel", version: Version.current),
            instructions: NoteToolSet.instructions,
            registry: tools,
            logger: logger
        )
    }

    /// - Throws: where a template of a page is broken.
    func router(readiness: Readiness) throws -> CarrelRouter {
        let router = self.edge.router(readiness: readiness)
        MCPEndpoint(
            self.dispatcher,
            gate: SharedStateGate(
                self.edge.gate,
                sessions: self.state.sessions,
                usage: self.usage,
                metrics: self.metrics
            ),
            maxBodyBytes: Self.maxBodyBytes
        ) { [vaults] principal, sequence in try vaults.vault(of: principal, sequence: sequence) }.add(to: router)
        APIRoutes(
            self.edge,
            accounts: self.accounts,
            provider: self.signIn.provider,
            state: self.state,
            vaults: self.vaults
        ).add(to: router)
        try SignInRoutes(self.edge, self.signIn).add(to: router)
        return router
    }
}
