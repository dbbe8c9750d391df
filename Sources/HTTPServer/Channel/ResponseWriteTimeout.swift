import NIOCore
import NIOHTTPTypes

/// Closes a connection whose client takes too long over what is sent to it, which the worker holds in memory meanwhile.
///
/// The time runs from when more waits to be sent than the channel's high watermark until less than the low one does. A
/// connection whose client keeps up costs nothing.
final class ResponseWriteTimeout: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    private let timeout: TimeAmount
    private var closing: Scheduled<Void>?

    init(_ timeout: TimeAmount) {
        self.timeout = timeout
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            self.cancel()
        } else if self.closing == nil {
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            self.closing = context.eventLoop.scheduleTask(in: self.timeout) { bound.value.close(promise: nil) }
        }
        context.fireChannelWritabilityChanged()
    }

    // Also called when the channel closes.
    func handlerRemoved(context _: ChannelHandlerContext) {
        self.cancel()
    }

    private func cancel() {
        self.closing?.cancel()
        self.closing = nil
    }
}
