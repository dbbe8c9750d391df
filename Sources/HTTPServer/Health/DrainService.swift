public import Logging
public import ServiceLifecycle

/// Keeps a worker listening for a while after it was told to stop, so that load balancers can notice.
///
/// It must be the last service of its group: a group stops its services from last to first, so that the server is
/// told to stop only when this one is done.
public struct DrainService: Service {
    private let readiness: Readiness
    private let delay: Duration
    private let logger: Logger

    /// Drains for a time.
    ///
    /// - Parameter delay: between "not ready" and "no longer accepting".
    public init(readiness: Readiness, delay: Duration, logger: Logger) {
        self.readiness = readiness
        self.delay = delay
        self.logger = logger
    }

    /// Waits for graceful shutdown, then drains.
    public func run() async throws {
        try await gracefulShutdown()
        self.readiness.beginDraining()
        self.logger.info("Draining", metadata: ["drain.delay": "\(self.delay)"])
        try await Task.sleep(for: self.delay)
    }
}
