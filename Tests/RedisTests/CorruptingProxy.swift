import NIOCore
import NIOPosix
import Redis
import Synchronization
import TestSupport

/// A proxy in front of a real Redis that inserts invalid bytes between the replies of one connection on request.
///
/// Records the commands of each connection, and which connections were corrupted.
final class CorruptingProxy: Sendable {
    struct Connection {
        var commands: [UInt8] = []
        var isCorrupted = false
    }

    private struct State {
        var connections: [Connection] = []
        /// Inserted after the next reply, on any connection.
        var garbage: [UInt8]?
    }

    private let state = Mutex(State())
    private let listener = Mutex<(any Channel)?>(nil)

    /// Listens on a free port and forwards to a server.
    func start(before server: RedisEndpoint) async throws -> RedisEndpoint {
        guard case .tcp(let host, let port) = server else { throw RedisError(.invalidURL, "TCP only.") }
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { client in
                let index = self.state.withLock { state in
                    state.connections.append(Connection())
                    return state.connections.count - 1
                }
                return ClientBootstrap(group: client.eventLoop).connect(host: host, port: port).flatMapThrowing {
                    redis in
                    let replies = Relay(to: client) { bytes in self.corrupt(bytes, of: index) }
                    let commands = Relay(to: redis) { bytes in self.record(bytes, of: index) }
                    try redis.pipeline.syncOperations.addHandler(replies)
                    try client.pipeline.syncOperations.addHandler(commands)
                }.flatMap { client.setOption(.autoRead, value: true) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        self.listener.withLock { $0 = listener }
        return .tcp(host: "127.0.0.1", port: listener.localAddress?.port ?? 0)
    }

    func stop() async throws {
        try await self.listener.withLock { $0 }?.close()
    }

    /// All connections so far.
    var connections: [Connection] { self.state.withLock { $0.connections } }

    /// Inserts bytes after the next reply.
    func corrupt(with garbage: [UInt8]) {
        self.state.withLock { $0.garbage = garbage }
    }

    private func record(_ bytes: ByteBuffer, of index: Int) -> ByteBuffer {
        self.state.withLock { $0.connections[index].commands.append(contentsOf: bytes.readableBytesView) }
        return bytes
    }

    private func corrupt(_ bytes: ByteBuffer, of index: Int) -> ByteBuffer {
        self.state.withLock { state in
            // Only after a complete reply.
            guard let garbage = state.garbage, bytes.readableBytesView.suffix(2).elementsEqual([13, 10]) else {
                return bytes
            }
            state.garbage = nil
            state.connections[index].isCorrupted = true
            var corrupted = bytes
            corrupted.writeBytes(garbage)
            return corrupted
        }
    }
}

/// Forwards bytes and the close to another channel.
private final class Relay: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let target: any Channel
    private let change: @Sendable (ByteBuffer) -> ByteBuffer

    init(to target: any Channel, change: @escaping @Sendable (ByteBuffer) -> ByteBuffer) {
        self.target = target
        self.change = change
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.target.writeAndFlush(self.change(self.unwrapInboundIn(data)), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.target.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
