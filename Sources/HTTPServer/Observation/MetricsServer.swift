import HTTPTypes
import Hummingbird
public import Logging
import NIOCore
public import ServiceLifecycle

/// `GET /metrics` on a listener of its own, which must not be public.
public struct MetricsServer: Service {
    private let application: Application<RouterResponder<BasicRequestContext>>

    /// - Parameter expose: renders the metrics in Prometheus' text format.
    public init(host: String, port: Int, logger: Logger, expose: @escaping @Sendable () async -> [UInt8]) {
        let router = Router()
        router.get("/metrics") { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: await expose()))
            )
        }
        self.application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            logger: logger
        )
    }

    /// Serves until graceful shutdown.
    public func run() async throws {
        try await self.application.run()
    }
}
