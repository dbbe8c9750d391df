import Hummingbird
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing

@testable import HTTPServer

struct ClientConnectionTests {
    /// What a request does with its connection.
    private enum Ending {
        case stays, closes, closesItsSide
    }

    /// A worker whose route answers once its client has hung up, or at once.
    private static func withWorker(
        waiting: Bool,
        _ body: @Sendable @escaping (_ port: Int, _ seen: AsyncStream<Bool>) async throws -> Void
    ) async throws {
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let (seen, sightings) = AsyncStream.makeStream(of: Bool.self)
        let router = Router(context: CarrelRequestContext.self)
        router.get("/") { _, _ in
            let client = try #require(ClientConnection.current)
            // With each `yield` the event loop would run this task again, and never look at its connections.
            while waiting, !client.hasEnded { try await Task.sleep(for: .milliseconds(1)) }
            sightings.yield(client.hasEnded)
            return "done"
        }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = CarrelServer(
            EdgeConfiguration(
                host: "127.0.0.1",
                port: 0,
                publicURL: try PublicURL("http://localhost"),
                isLocal: true
            ),
            router: router,
            onListening: { listening.yield($0) },
            logger: logger
        )
        let group = ServiceGroup(services: [server], logger: logger)
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            let port = try #require(await ports.first { _ in true })
            try await body(port, seen)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// The first bytes of the answer; `nil` without one.
    private static func ask(_ port: Int, _ ending: Ending) async throws -> String? {
        let connection = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
        return try await connection.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"))
            switch ending {
            case .stays: break
            case .closes: return nil
            case .closesItsSide: outbound.finish()
            }
            for try await bytes in inbound { return String(buffer: bytes) }
            return nil
        }
    }

    @Test func aClientThatWaitsHasNotHungUp() async throws {
        try await Self.withWorker(waiting: false) { port, seen in
            let answer = try await Self.ask(port, .stays)
            let hasEnded = await seen.first { _ in true }
            #expect(hasEnded == false)
            #expect(answer?.hasPrefix("HTTP/1.1 200") == true)
        }
    }

    @Test func aClientThatClosesItsConnectionHasHungUp() async throws {
        try await Self.withWorker(waiting: true) { port, seen in
            _ = try await Self.ask(port, .closes)
            let hasEnded = await seen.first { _ in true }
            #expect(hasEnded == true)
        }
    }

    @Test func aClientThatClosesItsSideHasToo() async throws {
        try await Self.withWorker(waiting: true) { port, seen in
            let answer = try await Self.ask(port, .closesItsSide)
            let hasEnded = await seen.first { _ in true }
            #expect(hasEnded == true)
            #expect(answer?.hasPrefix("HTTP/1.1 200") == true)
        }
    }
}
