import NIOCore

/// Parses inbound bytes and passes replies to a ``ReplyReceiver``.
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
        // One periodic check of the oldest pending reply instead of a timer per command.
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
            // Replies that were complete before the invalid bytes are delivered.
            if !values.isEmpty { try self.receiver.received(values) }
            try outcome.get()
        } catch {
            self.close(error, context: context)
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
        self.receiver.fail(RedisError(.connectionClosed, "The connection to Redis closed before the reply."))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let text = TLSContext.certificateProblem(in: error) ?? "The connection to Redis failed before the reply."
        self.close(RedisError(.connectionClosed, text, cause: error), context: context)
    }

    private func close(_ error: RedisError, context: ChannelHandlerContext) {
        self.receiver.fail(error)
        context.close(promise: nil)
    }
}
