public import Logging
public import ServiceLifecycle

/// Keeps a worker listening for a while after SIGTERM, so that load balancers notice.
///
/// It must come after the server in its group: a group stops its services from last to first, so that the server stops
/// only after this one.
public struct DrainService: Service {
    private let readiness: Readiness
    private let listener: Listener
    private let delay: Duration
    private let patience: Duration
    private let logger: Logger

    /// - Parameters:
    ///   - delay: between "not ready" and "no longer accepting".
    ///   - patience: how long a connection that is open at the end of the delay may take to send its first request.
    public init(
        readiness: Readiness,
        listener: Listener,
        delay: Duration,
        patience: Duration = .seconds(2),
        logger: Logger
    ) {
        self.readiness = readiness
        self.listener = listener
        self.delay = delay
        self.patience = patience
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

    /// Holds off new connections until a response has begun on those that exist (decision 0012).
    private func emptyListener() async throws {
        do {
            try await self.listener.holdOffNewConnections()
            self.logger.debug("Holding off new connections")
            let deadline = ContinuousClock.now + self.patience
            while try await self.listener.hasPendingConnections(), ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(10))
            }
        } catch  where !(error is CancellationError) {
            // A request on a connection opened at this moment may then be lost.
            self.logger.notice("Cannot hold off new connections before closing", metadata: ["error": "\(error)"])
        }
    }
}
