public import Logging
public import ServiceLifecycle

/// Keeps a worker listening for a while after it was told to stop, so that load balancers can notice.
///
/// It must be the last service of its group: a group stops its services from last to first, so that the server is
/// told to stop only when this one is done.
public struct DrainService: Service {
    private let readiness: Readiness
    private let listener: Listener
    private let delay: Duration
    private let logger: Logger

    /// Drains for a time.
    ///
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

    /// Keeps new connections away until the last of those that came before have been accepted.
    private func emptyListener() async throws {
        do {
            try await self.listener.keepNewConnectionsAway()
            try await Task.sleep(for: Self.lastConnections)
        } catch  where !(error is CancellationError) {
            // Then a request on a connection of the very last moment may be lost.
            self.logger.notice("New connections cannot be kept away before closing", metadata: ["error": "\(error)"])
        }
    }

    /// Long enough for a busy worker to accept what the kernel has.
    private static let lastConnections = Duration.milliseconds(200)
}
