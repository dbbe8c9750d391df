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
import StreamableHTTP
import UnixSignals
import Vault

/// Wires up one worker.
struct Worker {
    private let settings: Settings
    private let logger: Logger
    private let droppedLogLines: @Sendable () -> Int
    private let name = "\(ProcessInfo.processInfo.hostName)-\(ProcessInfo.processInfo.processIdentifier)"

    /// - Parameter droppedLogLines: the number of log lines dropped so far.
    init(_ settings: Settings, logger: Logger, droppedLogLines: @escaping @Sendable () -> Int) {
        self.settings = settings
        self.droppedLogLines = droppedLogLines
        self.logger = logger
    }

    /// Serves until SIGTERM or SIGINT.
    func run() async throws {
        self.raiseFileLimit()
        let registry = PrometheusRegistry(help: MetricNames.help)
        if self.settings.metrics.port != nil { MetricsSystem.bootstrap(registry) }
        let parts = try self.makeParts()
        let server = try self.makeServer(parts)

        // Services stop from last to first: the drains, the server, then what the server depends on.
        var services: [any Service] = parts.sharedServices
        services.append(VaultService(vaults: parts.vaults))
        services.append(parts.tokenUses)
        services.append(parts.usage)
        services.append(parts.audit)
        if let metrics = self.makeMetricsServer(registry, parts) { services.append(metrics) }
        services.append(server)
        services.append(
            DrainService(
                readiness: parts.readiness,
                listener: server.listener,
                delay: self.settings.connections.drainDelay,
                logger: self.logger
            )
        )
        let patience = self.settings.connections.drainDelay + .seconds(10)
        services.append(VaultDrainService(vaults: parts.vaults, patience: patience))
        var configuration = ServiceGroupConfiguration(
            services: services,
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: self.logger
        )
        configuration.maximumGracefulShutdownDuration = self.settings.connections.drainDelay + .seconds(30)
        try await ServiceGroup(configuration: configuration).run()
        self.logger.info("Stopped")
    }

    /// Raises the limit of open files, and warns where clients and indexes may need more.
    private func raiseFileLimit() {
        let indexes = self.settings.notes.openIndexes * VaultConfiguration.filesPerIndex
        let needed = self.settings.connections.maxConnections + indexes + 100
        guard let limit = FileLimit.raise(), limit < needed else { return }
        self.logger.warning(
            "The limit of open files is low",
            metadata: ["files.limit": "\(limit)", "files.needed": "\(needed)"]
        )
    }

    private struct Parts {
        let ports: SharedPorts
        let sharedServices: [any Service]
        let vaults: VaultStore
        let tokenUses: TokenUseRecorder
        let usage: UsageLedger
        let audit: AuditLedger
        let readiness: Readiness
        let check: VolumeCheck?
    }

    private func makeParts() throws -> Parts {
        let id = WorkerID.make(self.name)
        let (ports, backend, services) = try self.sharedState(id)
        let vaults = try self.settings.openVaults(backend?.vaults, logger: self.logger)
        let check = try backend.map { backend in
            let member = try VolumeMember(vaults, name: id)
            return VolumeCheck(registry: backend.workers, member: member, name: id, logger: self.logger)
        }
        return Parts(
            ports: ports,
            sharedServices: services + (check.map { [$0] } ?? []),
            vaults: vaults,
            tokenUses: TokenUseRecorder(registry: ports.tokens, logger: self.logger),
            usage: UsageLedger(store: ports.usage, now: Clocks.seconds, logger: self.logger),
            audit: AuditLedger(store: ports.audit, worker: self.name, logger: self.logger),
            readiness: Readiness(volume: { Self.volume(vaults, check) }) {
                // At once, so that neither waits for the other's time to pass.
                async let volume: Void = vaults.probe()
                try await ports.probe()
                try await volume
                try check?.check()
            },
            check: check
        )
    }

    private static func volume(_ vaults: VaultStore, _ check: VolumeCheck?) -> Readiness.Volume {
        // That workers have different volumes matters more.
        if vaults.isVolumeFull, check?.isSound ?? true {
            return Readiness.Volume("full", advice: "Make room on the volume; notes are read, deleted and shortened.")
        }
        return check?.summary ?? Readiness.Volume("local")
    }

    private func sharedState(_ id: String) throws -> (SharedPorts, RedisBackend?, [any Service]) {
        guard let redisSettings = self.settings.redis else {
            let backend = MemoryBackend(
                sessionLimits: self.settings.limits.sessions,
                rateLimits: self.settings.limits.rates,
                journal: self.settings.journal(logger: self.logger),
                now: Clocks.sinceEpoch
            )
            try backend.load()
            return (backend.ports, nil, [])
        }
        var configuration = redisSettings.configuration
        configuration.metricsPrefix = "carrel_redis"
        // CLIENT SETNAME accepts printable ASCII without spaces only.
        configuration.clientName = "carrel-" + self.name.filter { $0.isASCII && !$0.isWhitespace }
        let redis = RedisClient(configuration: configuration, logger: self.logger)
        let backend = self.settings.backend(
            redis,
            prefix: redisSettings.prefix,
            leases: try self.settings.leases(of: id),
            logger: self.logger
        )
        return (backend.ports, backend, [redis, RedisCheck(backend: backend, logger: self.logger)])
    }

    private func makeMetricsServer(_ registry: PrometheusRegistry, _ parts: Parts) -> MetricsServer? {
        guard let port = self.settings.metrics.port else { return nil }
        let metrics = WorkerMetrics(
            registry,
            readiness: parts.readiness,
            usage: parts.ports.usage,
            volume: parts.check
        )
        metrics.register(droppedLogLines: self.droppedLogLines)
        return MetricsServer(
            host: self.settings.metrics.host,
            port: port,
            readiness: parts.readiness,
            logger: self.logger
        ) { await metrics.expose() }
    }

    private func makeServer(_ parts: Parts) throws -> CarrelServer {
        CarrelServer(
            self.edge,
            router: try self.makeRoutes(parts).router(readiness: parts.readiness),
            onListening: { port in
                parts.readiness.beginListening()
                self.logListening(port: port)
            },
            logger: self.logger
        )
    }

    private func makeRoutes(_ parts: Parts) throws -> Routes {
        let tools = try ToolRegistry(NoteToolSet.tools(within: self.settings.notes.answers))
        let keys = try self.settings.keys()
        let accounts = try self.settings.accounts(keys, ports: parts.ports, audit: parts.audit)
        let signIn = try self.settings.makeSignIn(keys, accounts: accounts, ports: parts.ports, vaults: parts.vaults)
        return Routes(
            edge: Edge(
                self.edge,
                verifier: try self.settings.verifier(keys),
                state: parts.ports,
                tokenUses: parts.tokenUses,
                audit: parts.audit,
                now: Clocks.seconds
            ),
            dispatcher: Routes.dispatcher(tools, logger: self.logger),
            metrics: CallMetrics(tools: tools.tools.map(\.definition.name)),
            usage: parts.usage,
            signIn: signIn,
            accounts: accounts,
            state: parts.ports,
            vaults: parts.vaults
        )
    }

    private var edge: EdgeConfiguration {
        EdgeConfiguration(
            host: self.settings.listener.host,
            port: self.settings.listener.port,
            publicURL: self.settings.listener.publicURL,
            allowedHosts: self.settings.hosts.allowedHosts,
            allowedOrigins: self.settings.hosts.allowedOrigins,
            trustedProxies: self.settings.addresses.trustedProxies,
            rateLimits: self.settings.limits.rates,
            failureLimit: self.settings.addresses.failureLimit,
            registrationLimit: self.settings.signIn.registrationLimit,
            isLocal: self.settings.mode == .local,
            requestTimeout: self.settings.connections.requestTimeout,
            maxConnections: self.settings.connections.maxConnections,
            maxConnectionsPerAddress: self.settings.connections.maxConnectionsPerAddress
        )
    }

    private func logListening(port: Int) {
        self.logger.info(
            "Listening",
            metadata: [
                "url": "\(self.settings.listener.publicURL.endpoint)", "host": "\(self.settings.listener.host)",
                "port": "\(port)", "mode": "\(self.settings.mode.rawValue)", "version": "\(Version.current)",
                "worker": "\(self.name)", "state": self.settings.redis == nil ? "memory" : "redis",
            ]
        )
    }
}
