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
    private let base: HTTP1Channel
    private let open = Meter(label: "carrel_open_connections")

    init(_ base: HTTP1Channel) {
        self.base = base
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        self.base.setup(channel: channel, logger: logger)
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async {
        self.open.increment()
        defer { self.open.decrement() }
        await withTaskExecutorPreference(EventLoopExecutor(value.channel.eventLoop)) {
            await self.base.handle(value: value, logger: logger)
        }
    }
}
