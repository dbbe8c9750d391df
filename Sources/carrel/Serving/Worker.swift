import Foundation
import HTTPServer
import Identity
import Logging
import MCPCore
import MCPServer
import Metrics
import NoteTools
import Prometheus
import Redis
import ServiceLifecycle
import SharedState
import UnixSignals
import Vault

/// One worker: everything it is made of, wired together once.
struct Worker {
    private let settings: Settings
    private let logger: Logger
    private let droppedLogLines: @Sendable () -> Int
    private let name = "\(ProcessInfo.processInfo.hostName)-\(ProcessInfo.processInfo.processIdentifier)"

    /// - Parameter droppedLogLines: how many lines of the log were dropped so far.
    init(_ settings: Settings, logger: Logger, droppedLogLines: @escaping @Sendable () -> Int) {
        self.settings = settings
        self.droppedLogLines = droppedLogLines
        self.logger = logger
    }

    /// Serves until a signal asks it to stop.
    func run() async throws {
        let registry = PrometheusRegistry(help: MetricNames.help)
        if self.settings.metricsPort != nil { MetricsSystem.bootstrap(registry) }

        let shared = try self.sharedState()
        let vaults = try self.settings.openVaults(logger: self.logger)
        let tokenUses = TokenUseRecorder(registry: shared.ports.tokens, logger: self.logger)
        let usage = UsageLedger(store: shared.ports.usage, now: Clocks.seconds, logger: self.logger)
        let audit = AuditLedger(store: shared.ports.audit, worker: self.name, logger: self.logger)
        let readiness = Readiness {
            try await shared.ports.probe()
            try await vaults.probe()
        }
        let server = try self.server(
            ports: shared.ports,
            vaults: vaults,
            tokenUses: tokenUses,
            usage: usage,
            audit: audit,
            readiness: readiness
        )

        // Services stop from last to first: first the drain, then the server, then what the server rests on.
        var services: [any Service] = shared.services
        services.append(VaultService(vaults: vaults))
        services.append(tokenUses)
        services.append(usage)
        services.append(audit)
        if let port = self.settings.metricsPort {
            let metrics = WorkerMetrics(registry, readiness: readiness, usage: shared.ports.usage)
            metrics.register(droppedLogLines: self.droppedLogLines)
            services.append(
                MetricsServer(host: self.settings.metricsHost, port: port, logger: self.logger) {
                    await metrics.expose()
                }
            )
        }
        services.append(server)
        services.append(
            DrainService(
                readiness: readiness,
                listener: server.listener,
                delay: self.settings.drainDelay,
                logger: self.logger
            )
        )
        var configuration = ServiceGroupConfiguration(
            services: services,
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: self.logger
        )
        configuration.maximumGracefulShutdownDuration = self.settings.drainDelay + .seconds(30)
        try await ServiceGroup(configuration: configuration).run()
        self.logger.info("Stopped")
    }

    private func server(
        ports: SharedPorts,
        vaults: VaultStore,
        tokenUses: TokenUseRecorder,
        usage: UsageLedger,
        audit: AuditLedger,
        readiness: Readiness
    ) throws -> CarrelServer {
        let keys = try self.settings.keys()
        let tools = try ToolRegistry(NoteToolSet.tools)
        let settings = self.settings
        let logger = self.logger
        let worker = self.name
        return try CarrelServer(
            EdgeConfiguration(
                host: settings.host,
                port: settings.port,
                publicURL: settings.publicURL,
                allowedHosts: settings.allowedHosts,
                allowedOrigins: settings.allowedOrigins,
                trustedProxies: settings.trustedProxies,
                rateLimits: settings.rateLimits,
                failureLimit: settings.failureLimit,
                registrationLimit: settings.signIn.registrationLimit,
                isLocal: settings.mode == .local,
                requestTimeout: settings.requestTimeout,
                maxConnections: settings.maxConnections
            ),
            parts: CarrelServer.Parts(
                signIn: try settings.makeSignIn(keys),
                state: ports,
                tokenUses: tokenUses,
                usage: usage,
                audit: audit,
                vaults: vaults,
                dispatcher: LegacyDispatcher(
                    implementation: Implementation(name: "carrel", title: "Carrel", version: Version.current),
                    instructions: NoteToolSet.instructions,
                    registry: tools,
                    logger: logger
                ),
                toolNames: tools.tools.map(\.definition.name),
                readiness: readiness,
                now: Clocks.seconds
            ),
            onListening: { port in
                logger.info(
                    "Listening",
                    metadata: [
                        "url": "\(settings.publicURL.endpoint)", "host": "\(settings.host)", "port": "\(port)",
                        "mode": "\(settings.mode.rawValue)", "version": "\(Version.current)", "worker": "\(worker)",
                        "state": settings.redis == nil ? "memory" : "redis",
                    ]
                )
            },
            logger: logger
        )
    }

    private func sharedState() throws -> (ports: SharedPorts, services: [any Service]) {
        guard var configuration = self.settings.redis else {
            let backend = MemoryBackend(
                sessionLimits: self.settings.sessionLimits,
                rateLimits: self.settings.rateLimits,
                journal: self.settings.journal(logger: self.logger),
                now: Clocks.sinceEpoch
            )
            try backend.load()
            return (backend.ports, [])
        }
        // A name of printable characters is all that Redis takes.
        configuration.metricsPrefix = "carrel_redis"
        configuration.clientName = "carrel-" + self.name.filter { $0.isASCII && !$0.isWhitespace }
        let redis = RedisClient(configuration: configuration, logger: self.logger)
        let backend = self.settings.backend(redis, logger: self.logger)
        return (backend.ports, [redis, RedisCheck(backend: backend, logger: self.logger)])
    }
}
