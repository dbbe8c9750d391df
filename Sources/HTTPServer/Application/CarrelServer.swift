package import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import ServiceLifecycle

/// The HTTP server of one worker.
package struct CarrelServer: Service {
    package let listener: Listener
    private let application: Application<RouterResponder<CarrelRequestContext>>

    /// Does not listen before ``run()``.
    ///
    /// - Parameter onListening: called with the port once connections are accepted.
    package init(
        _ configuration: EdgeConfiguration,
        router: Router<CarrelRequestContext>,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in },
        logger: Logger
    ) {
        let pending = PendingConnections()
        let loops = EventLoopGroupProvider.singleton
        let listener = Listener(pending: pending, loops: loops.eventLoopGroup)
        self.listener = listener
        let addresses = AddressConnections(
            limit: configuration.maxConnectionsPerAddress,
            proxies: configuration.trustedProxies,
            logger: logger
        )
        self.application = Application(
            router: router,
            server: HTTPServerBuilder { responder in
                LoopBoundChannel(
                    HTTP1Channel(responder: responder, configuration: Self.channel(configuration, pending, addresses))
                )
            },
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                availableConnectionsDelegate: MaximumAvailableConnections(configuration.maxConnections)
            ),
            onServerRunning: { channel in
                listener.opened(channel)
                await onListening(channel.localAddress?.port ?? configuration.port)
            },
            eventLoopGroupProvider: loops,
            logger: logger
        )
    }

    /// Serves until graceful shutdown, then finishes running requests.
    package func run() async throws {
        self.listener.loops.shortenTurns()
        try await self.application.run()
    }

    private static func channel(
        _ configuration: EdgeConfiguration,
        _ pending: PendingConnections,
        _ addresses: AddressConnections
    ) -> HTTP1Channel.Configuration {
        let timeout = TimeAmount.nanoseconds(configuration.requestTimeout.nanoseconds)
        return HTTP1Channel.Configuration(
            additionalChannelHandlers: [
                addresses.makeHandler(), RequestReadTimeout(timeout), ResponseWriteTimeout(timeout),
                pending.makeHandler(),
            ],
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
