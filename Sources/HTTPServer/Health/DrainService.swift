public import Logging
public import ServiceLifecycle

/// Keeps a worker listening for a while after SIGTERM, so that load balancers notice.
///
/// It must be the last service of its group: a group stops its services from last to first, so that the server stops
/// only after this one.
public struct DrainService: Service {
    private let readiness: Readiness
    private let listener: Listener
    private let delay: Duration
    private let logger: Logger

    /// - Parameter delay: between "not ready" and "no longer accepting".
    public init(readiness: Readiness, listener: Listener, delay: Duration, logger: Logger) {
        self.readiness = readiness
        self.listener = listener
        self.delay = delay
        self.logger = logger
    }

    /// Waits for graceful shutdown, then drains.
    public func run() async throws {
        try await gracefulShutdown()
        self.readiness.beginDraining()
        self.logger.info("Draining", metadata: ["drain.delay": "\(self.delay)"])
        try await Task.sleep(for: self.delay)
        if self.delay > .zero { try await self.emptyListener() }
    }

    /// Holds off new connections until those in the kernel's queue are accepted (decision 0012).
    private func emptyListener() async throws {
        do {
            try await self.listener.keepNewConnectionsAway()
            try await Task.sleep(for: Self.lastConnections)
        } catch  where !(error is CancellationError) {
            // A request on a connection opened at this moment may then be lost.
            self.logger.notice("Cannot hold off new connections before closing", metadata: ["error": "\(error)"])
        }
    }

    /// Enough for a busy worker to accept what the kernel has queued.
    private static let lastConnections = Duration.milliseconds(200)
}
