import NIOCore

/// Reads what Redis sends and hands replies to those who wait for them.
final class ReplyHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private static let sweep = TimeAmount.milliseconds(50)

    private let receiver: any ReplyReceiver
    private let reader: ReplyReader
    private var deadlines: RepeatedTask?

    init(receiver: any ReplyReceiver) throws(RedisError) {
        self.receiver = receiver
        self.reader = try ReplyReader()
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let receiver = self.receiver
        // One look at the first in line now and then, rather than a timer for each command.
        self.deadlines = context.eventLoop.scheduleRepeatedTask(initialDelay: Self.sweep, delay: Self.sweep) { _ in
            receiver.checkDeadline()
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.deadlines?.cancel()
        self.deadlines = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do {
            try self.reader.feed(self.unwrapInboundIn(data)) { value throws(RedisError) in
                try self.receiver.received(value)
            }
        } catch {
            self.end(error, context: context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.receiver.fail(RedisError(.connectionClosed, "The connection to Redis ended before the reply came."))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.end(
            RedisError(.connectionClosed, "The connection to Redis broke before the reply came.", cause: error),
            context: context
        )
    }

    private func end(_ error: RedisError, context: ChannelHandlerContext) {
        self.receiver.fail(error)
        context.close(promise: nil)
    }
}
