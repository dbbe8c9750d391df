import Hummingbird
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing

@testable import HTTPServer

struct DrainServiceTests {
    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private static func connect(_ port: Int, timeout: TimeAmount = .seconds(60)) async throws -> Connection {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(timeout)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
            }
    }

    /// A worker that shuts down while a client has a connection to it, and has sent no request.
    private static func withStoppingWorker(
        patience: Duration,
        _ body: (_ port: Int, _ client: Connection) async throws -> Void
    ) async throws {
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let (lines, log) = AsyncStream.makeStream(of: String.self)
        let logger = Logger(label: "test") { _ in AwaitedLog(lines: log) }
        let readiness = Readiness {}
        let router = Router(context: CarrelRequestContext.self)
        HealthRoutes(readiness: readiness).add(to: router)
        let server = CarrelServer(
            EdgeConfiguration(host: "127.0.0.1", port: 0, publicURL: try PublicURL("http://localhost"), isLocal: true),
            router: router,
            onListening: { listening.yield($0) },
            logger: logger
        )
        let drain = DrainService(
            readiness: readiness,
            listener: server.listener,
            delay: .nanoseconds(1),
            patience: patience,
            logger: logger
        )
        let group = ServiceGroup(services: [server, drain], logger: logger)
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            let port = try #require(await ports.first { _ in true })
            let client = try await Self.connect(port)
            while try await !server.listener.hasPendingConnections() {}
            await group.triggerGracefulShutdown()
            _ = await lines.first { $0 == "Holding off new connections" }
            try await body(port, client)
            try await tasks.waitForAll()
        }
    }

    @Test func anOpenConnectionMayStillSendItsFirstRequest() async throws {
        try await Self.withStoppingWorker(patience: .seconds(600)) { port, client in
            // Its first packet is dropped.
            await #expect(throws: ChannelError.self) { try await Self.connect(port, timeout: .milliseconds(300)) }
            let answer = try await client.executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(string: "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                return try await inbound.reduce(into: "") { $0 += String(buffer: $1) }
            }
            #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
        }
    }

    @Test func aSilentConnectionIsClosedInTheEnd() async throws {
        try await Self.withStoppingWorker(patience: .zero) { _, client in
            let answer = try await client.executeThenClose { inbound, _ in
                try await inbound.reduce(into: "") { $0 += String(buffer: $1) }
            }
            #expect(answer.isEmpty)
        }
    }
}
