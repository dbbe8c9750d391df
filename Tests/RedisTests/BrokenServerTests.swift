import Foundation
import NIOCore
import NIOPosix
import Redis
import Synchronization
import TestSupport
import Testing

/// A server that answers some commands correctly and then sends arbitrary bytes.
private final class BrokenServer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let answer: @Sendable (Int) -> ByteBuffer
    private var commands = 0

    init(answer: @escaping @Sendable (Int) -> ByteBuffer) {
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = self.unwrapInboundIn(data)
        // Counts `*`, which starts every command and occurs in none of the tests' arguments.
        for byte in buffer.readableBytesView where byte == UInt8(ascii: "*") {
            context.write(self.wrapOutboundOut(self.answer(self.commands)), promise: nil)
            self.commands += 1
        }
        context.flush()
    }
}

@Suite(.serialized) struct BrokenServerTests {
    private func withServer(
        _ answer: @escaping @Sendable (Int) -> ByteBuffer,
        _ body: @Sendable (RedisClient) async throws -> Void
    ) async throws {
        try await withLoopbackRedis { redis in
            let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(BrokenServer(answer: answer))
                    }
                }
                .bind(host: "127.0.0.1", port: 0).get()
            let port = try #require(server.localAddress?.port)
            try await redis.withClient(.standalone(.tcp(host: "127.0.0.1", port: port))) {
                $0.waitTimeout = .milliseconds(500)
                $0.commandTimeout = .milliseconds(500)
            } _: { client in
                try await body(client)
            }
            try await server.close()
        }
    }

    @Test func invalidBytesFailPendingCommandsAndNoLaterOnes() async throws {
        let garbage = Array("?+-:$*0123456789\r\nabc".utf8)
        let generator = Mutex(SeededGenerator(seed: 5))
        // PING and INFO of the handshake, eight valid replies, then arbitrary bytes.
        try await self.withServer { number in
            if number < 2 { return ByteBuffer(string: "+PONG\r\n") }
            if number < 10 { return ByteBuffer(string: "$2\r\nok\r\n") }
            return generator.withLock { generator in
                ByteBuffer(bytes: (0..<20).map { _ in garbage.randomElement(using: &generator) ?? 0 })
            }
        } _: { client in
            var good = 0
            var failed = 0
            for _ in 0..<300 {
                do throws(RedisError) {
                    let value = try await client.send(["GET", "a"])
                    if value.text == "ok" { good += 1 }
                } catch {
                    failed += 1
                }
            }
            // Every new connection starts with valid replies again.
            #expect(good > 100)
            #expect(failed > 10)
        }
    }

    @Test func anUnsolicitedReplyClosesTheConnection() async throws {
        try await self.withServer { number in
            ByteBuffer(string: number < 2 ? "+PONG\r\n" : "$1\r\na\r\n$1\r\nb\r\n")
        } _: { client in
            var seen: Set<String> = []
            for _ in 0..<50 {
                do throws(RedisError) {
                    seen.insert(try await client.send(["GET", "a"]).text ?? "")
                } catch {
                    #expect([.connectionClosed, .unavailable, .protocolError].contains(error.code))
                }
            }
            // The second of each pair is unsolicited.
            #expect(seen.isSubset(of: ["a"]))
        }
    }
}
