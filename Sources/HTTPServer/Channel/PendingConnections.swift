import NIOCore
import NIOHTTPTypes
import Synchronization

/// Counts the accepted connections that have not sent a request yet.
final class PendingConnections: Sendable {
    private let open = Atomic(0)

    var count: Int { self.open.load(ordering: .acquiring) }

    /// A handler for one new connection.
    func makeHandler() -> some RemovableChannelHandler & ChannelInboundHandler {
        FirstRequestHandler(self)
    }

    /// Counts its connection until the head of the first request, or until it closes.
    private final class FirstRequestHandler: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = HTTPRequestPart
        typealias InboundOut = HTTPRequestPart

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

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            self.settle()
            context.fireChannelRead(data)
        }

        private func settle() {
            guard self.isPending else { return }
            self.isPending = false
            self.connections.open.wrappingSubtract(1, ordering: .acquiringAndReleasing)
        }
    }
}
