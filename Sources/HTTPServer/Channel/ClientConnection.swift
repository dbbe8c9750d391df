import NIOCore
import NIOHTTPTypes
import Synchronization

/// A client's connection, for work that ends when its client hangs up.
package final class ClientConnection: Sendable {
    /// That of the request which the current task answers; bound once a connection, so that it costs no request anything.
    @TaskLocal package static var current: ClientConnection?

    private let ended = Atomic(false)

    /// Whether the client has closed the connection, or its side of it: TCP shows no difference before something is sent.
    package var hasEnded: Bool { self.ended.load(ordering: .relaxed) }

    func makeHandler() -> some RemovableChannelHandler & ChannelInboundHandler {
        EndHandler(self)
    }

    private final class EndHandler: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = HTTPRequestPart
        typealias InboundOut = HTTPRequestPart

        private let connection: ClientConnection

        init(_ connection: ClientConnection) {
            self.connection = connection
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case ChannelEvent.inputClosed = event { self.connection.ended.store(true, ordering: .relaxed) }
            context.fireUserInboundEventTriggered(event)
        }

        // Also called when the channel closes.
        func handlerRemoved(context _: ChannelHandlerContext) {
            self.connection.ended.store(true, ordering: .relaxed)
        }
    }
}
