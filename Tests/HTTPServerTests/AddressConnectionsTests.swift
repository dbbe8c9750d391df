import Hummingbird
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing

@testable import HTTPServer

struct AddressConnectionsTests {
    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// A worker with two connections for each address.
    private static func withWorker(
        proxies: [String] = [],
        _ body: @Sendable @escaping (_ port: Int, _ refusals: AsyncStream<String>) async throws -> Void
    ) async throws {
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let (lines, log) = AsyncStream.makeStream(of: String.self)
        let logger = Logger(label: "test") { _ in AwaitedLog(logLevel: .warning, lines: log) }
        let router = Router(context: CarrelRequestContext.self)
        HealthRoutes(readiness: Readiness {}).add(to: router)
        let server = CarrelServer(
            EdgeConfiguration(
                host: "127.0.0.1",
                port: 0,
                publicURL: try PublicURL("http://localhost"),
                trustedProxies: TrustedProxies(proxies) ?? .none,
                isLocal: true,
                maxConnectionsPerAddress: 2
            ),
            router: router,
            onListening: { listening.yield($0) },
            logger: logger
        )
        let group = ServiceGroup(services: [server], logger: logger)
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            let port = try #require(await ports.first { _ in true })
            try await body(port, lines)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private static func connect(_ port: Int, from address: String) async throws -> Connection {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(to: SocketAddress(ipAddress: address, port: 0))
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
            }
    }

    /// Whether one request is answered, on a connection that is closed then unless a body goes on.
    private static func isAnswered(
        _ port: Int,
        from address: String = "127.0.0.1",
        while body: () async throws -> Void = {}
    ) async throws -> Bool {
        try await Self.connect(port, from: address).executeThenClose { inbound, outbound in
            do {
                try await outbound.write(ByteBuffer(string: "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                for try await bytes in inbound {
                    try await body()
                    return String(buffer: bytes).hasPrefix("HTTP/1.1 200")
                }
            } catch is IOError {
                // Reset, as the request had arrived.
            } catch is ChannelError {
                // Closed before the request was sent.
            }
            return false
        }
    }

    @Test func oneMoreConnectionOfAnAddressIsClosed() async throws {
        try await Self.withWorker { port, log in
            let first = try await Self.isAnswered(port) {
                let second = try await Self.isAnswered(port) {
                    let third = try await Self.isAnswered(port)
                    let line = await log.first { _ in true }
                    let other = try await Self.isAnswered(port, from: "127.0.0.2")
                    #expect(!third)
                    #expect(line == "Connections of an address are refused")
                    #expect(other)
                }
                #expect(second)
            }
            #expect(first)
        }
    }

    @Test func aClosedConnectionCountsNoMore() async throws {
        try await Self.withWorker { port, _ in
            let first = try await Self.isAnswered(port) {
                for _ in 0..<20 {
                    // The worker may learn a moment later that the one before is closed.
                    while try await !Self.isAnswered(port) {}
                }
            }
            #expect(first)
        }
    }

    @Test func connectionsOfATrustedProxyAreNotCounted() async throws {
        try await Self.withWorker(proxies: ["127.0.0.1"]) { port, _ in
            let first = try await Self.isAnswered(port) {
                let second = try await Self.isAnswered(port) {
                    let third = try await Self.isAnswered(port)
                    #expect(third)
                }
                #expect(second)
            }
            #expect(first)
        }
    }
}
