package import Accounts
package import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import ServiceLifecycle
package import SharedState
package import Vault

/// The HTTP server of one worker: routes, guards and what they need.
package struct CarrelServer: Service {
    /// Adds routes that are served behind the admission gate.
    package typealias AddRoutes = @Sendable (Router<CarrelRequestContext>, AdmissionGate, EdgeMetrics) -> Void

    /// What the routes work with.
    package struct Parts: Sendable {
        let signIn: SignIn
        let accounts: UserAccounts
        let state: SharedPorts
        let tokenUses: TokenUseRecorder
        let usage: UsageLedger
        let audit: any AuditTrail
        let vaults: VaultStore
        /// Adds the MCP endpoint.
        let addProtocol: AddRoutes
        let toolNames: [String]
        let readiness: Readiness
        let now: @Sendable () -> Int64

        package init(
            signIn: SignIn,
            accounts: UserAccounts,
            state: SharedPorts,
            tokenUses: TokenUseRecorder,
            usage: UsageLedger,
            audit: any AuditTrail,
            vaults: VaultStore,
            addProtocol: @escaping AddRoutes,
            toolNames: [String],
            readiness: Readiness,
            now: @escaping @Sendable () -> Int64
        ) {
            self.signIn = signIn
            self.accounts = accounts
            self.state = state
            self.tokenUses = tokenUses
            self.usage = usage
            self.audit = audit
            self.vaults = vaults
            self.addProtocol = addProtocol
            self.toolNames = toolNames
            self.readiness = readiness
            self.now = now
        }
    }

    /// The socket that it listens on.
    package let listener: Listener
    private let application: Application<RouterResponder<CarrelRequestContext>>

    /// Builds the server; it listens when it is run.
    ///
    /// - Parameter onListening: told the port once connections are accepted.
    /// - Throws: where a page cannot be made of its template.
    package init(
        _ configuration: EdgeConfiguration,
        parts: Parts,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in },
        logger: Logger
    ) throws {
        let listener = Listener()
        self.listener = listener
        self.application = Application(
            router: try Routes(configuration, parts: parts).router(),
            server: HTTPServerBuilder { responder in
                LoopBoundChannel(HTTP1Channel(responder: responder, configuration: Self.channel(configuration)))
            },
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                availableConnectionsDelegate: MaximumAvailableConnections(configuration.maxConnections)
            ),
            onServerRunning: { channel in
                listener.opened(channel)
                await onListening(channel.localAddress?.port ?? configuration.port)
            },
            logger: logger
        )
    }

    /// Serves until graceful shutdown, then finishes what runs.
    package func run() async throws {
        try await self.application.run()
    }

    private static func channel(_ configuration: EdgeConfiguration) -> HTTP1Channel.Configuration {
        let patience = TimeAmount.nanoseconds(configuration.requestTimeout.nanoseconds)
        return HTTP1Channel.Configuration(
            additionalChannelHandlers: [RequestPatience(patience)],
            idleTimeout: .nanoseconds(configuration.idleTimeout.nanoseconds),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 16 * 1024,
                maxHeaderListSize: 32 * 1024,
                maxHeaderFieldCount: 100
            )
        )
    }
}

extension Duration {
    fileprivate var nanoseconds: Int64 {
        let (seconds, attoseconds) = self.components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
