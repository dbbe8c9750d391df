import Logging
import ServiceLifecycle
import SharedState

/// Looks, once Redis answers, whether it is set as it must be, and says so in the log if not.
struct RedisCheck: Service {
    let backend: RedisBackend
    let logger: Logger

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    for warning in try await self.backend.warnings() {
                        self.logger.warning("Redis is not set as it should be", metadata: ["reason": "\(warning)"])
                    }
                    break
                } catch is CancellationError {
                    return
                } catch {
                    // The client itself says that Redis is away.
                    self.logger.debug("Redis cannot be checked yet", metadata: ["error": "\(error)"])
                }
                try await Task.sleep(for: .seconds(1))
            }
        }
        try await gracefulShutdown()
    }
}
