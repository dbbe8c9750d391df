import NIOCore
import NIOHTTPTypes
import Synchronization

/// Counts the accepted connections on which no response has begun yet.
///
/// A connection whose first request has arrived, but is not taken up, still looks idle to a server that stops.
final class PendingConnections: Sendable {
    private let open = Atomic(0)

    var count: Int { self.open.load(ordering: .acquiring) }

    /// A handler for one new connection.
    func makeHandler() -> some RemovableChannelHandler & ChannelOutboundHandler {
        FirstResponseHandler(self)
    }

    /// Counts its connection until the head of the first response, or until it closes.
    private final class FirstResponseHandler: ChannelOutboundHandler, RemovableChannelHandler {
        typealias OutboundIn = HTTPResponsePart
        typealias OutboundOut = HTTPResponsePart

        private let connections: PendingConnections
        private var isPending = false

        init(_ connections: PendingConnections) {
            self.connections = connections
        }

        func handlerAdded(context _: ChannelHandlerContext) {
            self.isPending = true
            self.connections.open.wrappingAdd(1, ordering: .acquiringAndReleasing)
        }

        func handlerRemoved(context _: ChannelHandlerContext) {
            self.settle()
        }

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            self.settle()
            context.write(data, promise: promise)
        }

        private func settle() {
            guard self.isPending else { return }
            self.isPending = false
            self.connections.open.wrappingSubtract(1, ordering: .acquiringAndReleasing)
        }
    }
}
