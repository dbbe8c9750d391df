import Logging
import ServiceLifecycle
import SharedState

/// Logs warnings about Redis' configuration, once Redis is available.
struct RedisCheck: Service {
    let backend: RedisBackend
    let logger: Logger

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    for warning in try await self.backend.warnings() {
                        self.logger.warning("Redis is misconfigured", metadata: ["reason": "\(warning)"])
                    }
                    break
                } catch is CancellationError {
                    return
                } catch {
                    // RedisClient logs that Redis is unavailable.
                    self.logger.debug("Cannot check Redis' configuration yet", metadata: ["error": "\(error)"])
                }
                try await Task.sleep(for: .seconds(1))
            }
        }
        try await gracefulShutdown()
    }
}
