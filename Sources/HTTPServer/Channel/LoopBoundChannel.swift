import Hummingbird
import HummingbirdCore
import Logging
import Metrics
import NIOCore

/// An HTTP/1 connection whose requests are answered on the thread of its own event loop.
///
/// Bytes arrive there and Redis' replies do too, so that a request that waits for neither disk nor SQLite never changes
/// threads. Nothing that blocks may run in a route: files and SQLite have threads of their own.
struct LoopBoundChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let http: HTTP1Channel.Value
        let client: ClientConnection

        var channel: any Channel { self.http.channel }
    }

    private let base: HTTP1Channel
    private let open = Meter(label: "carrel_open_connections")

    init(_ base: HTTP1Channel) {
        self.base = base
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        self.base.setup(channel: channel, logger: logger).flatMapThrowing { http in
            let client = ClientConnection()
            // Behind all others, where no part of a request passes.
            try channel.pipeline.syncOperations.addHandler(client.makeHandler())
            return Value(http: http, client: client)
        }
    }

    func handle(value: Value, logger: Logger) async {
        self.open.increment()
        defer { self.open.decrement() }
        await withTaskExecutorPreference(EventLoopExecutor(value.channel.eventLoop)) {
            await ClientConnection.$current.withValue(value.client) {
                await self.base.handle(value: value.http, logger: logger)
            }
        }
    }
}
