import NIOCore
import NIOPosix
import Redis
import Synchronization
import TestSupport

/// Stands before a real Redis and, when told to, puts bytes that are no reply between the replies on one connection.
///
/// It notes what was asked over each connection, and which are spoilt.
final class SpoilingProxy: Sendable {
    struct Line {
        var asked: [UInt8] = []
        var isSpoilt = false
    }

    private struct State {
        var lines: [Line] = []
        /// What is put behind the next reply, on whichever connection that comes.
        var poison: [UInt8]?
    }

    private let state = Mutex(State())
    private let listener = Mutex<(any Channel)?>(nil)

    /// Listens on a port of its own and passes everything on to a server.
    func start(before server: RedisEndpoint) async throws -> RedisEndpoint {
        guard case .tcp(let host, let port) = server else { throw RedisError(.invalidURL, "Only TCP is spoilt.") }
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { client in
                let line = self.state.withLock { state in
                    state.lines.append(Line())
                    return state.lines.count - 1
                }
                return ClientBootstrap(group: client.eventLoop).connect(host: host, port: port).flatMapThrowing {
                    redis in
                    let replies = Relay(to: client) { bytes in self.spoil(bytes, of: line) }
                    let commands = Relay(to: redis) { bytes in self.note(bytes, of: line) }
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
    var lines: [Line] { self.state.withLock { $0.lines } }

    /// Puts bytes behind the next reply.
    func spoil(with poison: [UInt8]) {
        self.state.withLock { $0.poison = poison }
    }

    private func note(_ bytes: ByteBuffer, of line: Int) -> ByteBuffer {
        self.state.withLock { $0.lines[line].asked.append(contentsOf: bytes.readableBytesView) }
        return bytes
    }

    private func spoil(_ bytes: ByteBuffer, of line: Int) -> ByteBuffer {
        self.state.withLock { state in
            // Short replies come whole.
            guard let poison = state.poison, bytes.readableBytesView.suffix(2).elementsEqual([13, 10]) else {
                return bytes
            }
            state.poison = nil
            state.lines[line].isSpoilt = true
            var spoilt = bytes
            spoilt.writeBytes(poison)
            return spoilt
        }
    }
}

/// Passes on what comes to another channel, and its end.
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
