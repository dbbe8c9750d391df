import HTTPTypes
import Hummingbird
public import Logging
import NIOCore
public import ServiceLifecycle

/// `GET /metrics` on a listener of its own, which must not be public.
///
/// It has the health checks too: they are answered there while clients hold all connections of the worker.
public struct MetricsServer: Service {
    private let application: Application<RouterResponder<CarrelRequestContext>>

    /// - Parameter expose: renders the metrics in Prometheus' text format.
    public init(
        host: String,
        port: Int,
        readiness: Readiness,
        logger: Logger,
        expose: @escaping @Sendable () async -> [UInt8]
    ) {
        self.application = Application(
            router: Self.router(readiness, expose),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            logger: logger
        )
    }

    static func router(
        _ readiness: Readiness,
        _ expose: @escaping @Sendable () async -> [UInt8]
    ) -> Router<CarrelRequestContext> {
        let router = Router(context: CarrelRequestContext.self)
        router.get("/metrics") { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: await expose()))
            )
        }
        HealthRoutes(readiness: readiness, isSeparate: true).add(to: router)
        return router
    }

    /// Serves until graceful shutdown.
    public func run() async throws {
        try await self.application.run()
    }
}
