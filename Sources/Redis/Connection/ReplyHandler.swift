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
            var values: [RedisValue] = []
            let outcome = self.read(self.unwrapInboundIn(data), into: &values)
            // What came whole before the bytes that are no reply still counts.
            if !values.isEmpty { try self.receiver.received(values) }
            try outcome.get()
        } catch {
            self.end(error, context: context)
        }
    }

    private func read(_ bytes: ByteBuffer, into values: inout [RedisValue]) -> Result<Void, RedisError> {
        do throws(RedisError) {
            try self.reader.feed(bytes) { value throws(RedisError) in values.append(value) }
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.receiver.fail(RedisError(.connectionClosed, "The connection to Redis ended before the reply came."))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let text = TLSContext.problem(in: error) ?? "The connection to Redis broke before the reply came."
        self.end(RedisError(.connectionClosed, text, cause: error), context: context)
    }

    private func end(_ error: RedisError, context: ChannelHandlerContext) {
        self.receiver.fail(error)
        context.close(promise: nil)
    }
}
