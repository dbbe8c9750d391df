import NIOCore
import NIOHTTPTypes

/// Closes a connection whose client takes too long over a request, such as one that sends a byte now and then to keep it.
///
/// A connection that is silent between two requests is not meant: the idle time-out is for those. One task looks after a
/// connection for all its life, so that a request costs no more than a look at the clock.
final class RequestReadTimeout: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    private let timeout: TimeAmount
    private let arrival = Arrival()
    private var watch: Scheduled<Void>?

    init(_ timeout: TimeAmount) {
        self.timeout = timeout
    }

    /// When the first byte of the request came that is still being read.
    private final class Arrival {
        var began: NIODeadline?
    }

    /// Stands in front of all others, where bytes are not requests yet.
    private final class FirstByte: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = ByteBuffer
        typealias InboundOut = ByteBuffer

        private let arrival: Arrival

        init(_ arrival: Arrival) {
            self.arrival = arrival
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            if self.arrival.began == nil { self.arrival.began = .now() }
            context.fireChannelRead(data)
        }
    }

    func handlerAdded(context: ChannelHandlerContext) {
        do {
            try context.pipeline.syncOperations.addHandler(FirstByte(self.arrival), position: .first)
        } catch {
            // The channel is closed already.
            context.fireErrorCaught(error)
            return
        }
        self.look(after: self.timeout, context)
    }

    func handlerRemoved(context _: ChannelHandlerContext) {
        self.watch?.cancel()
        self.watch = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.watch?.cancel()
        self.watch = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .end = self.unwrapInboundIn(data) { self.arrival.began = nil }
        context.fireChannelRead(data)
    }

    private func look(after time: TimeAmount, _ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        self.watch = context.eventLoop.scheduleTask(in: time) {
            let (handler, context) = bound.value
            handler.look(context)
        }
    }

    private func look(_ context: ChannelHandlerContext) {
        guard let began = self.arrival.began else { return self.look(after: self.timeout, context) }
        let left = began + self.timeout - .now()
        if left > .nanoseconds(0) { return self.look(after: left, context) }
        context.close(promise: nil)
    }
}
