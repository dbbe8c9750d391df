package import Identity
package import Logging
import ServiceLifecycle

/// Records when tokens were used, for their users to see; no request waits for it.
///
/// Uses wait in a bounded queue; past the bound, and while the shared state is unavailable, uses are lost.
package struct TokenUseRecorder: Service {
    private struct Use: Sendable {
        let id: String
        let user: UserID
        let second: Int64
    }

    private static let bound = 10_000

    private let registry: any TokenRegistry
    private let logger: Logger
    private let uses: AsyncStream<Use>
    private let queue: AsyncStream<Use>.Continuation

    package init(registry: any TokenRegistry, logger: Logger) {
        self.registry = registry
        self.logger = logger
        (self.uses, self.queue) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.bound))
    }

    /// Queues a use; never waits.
    ///
    /// - Parameter second: seconds since 1970.
    package func record(_ id: String, of user: UserID, at second: Int64) {
        self.queue.yield(Use(id: id, user: user, second: second))
    }

    /// Records uses until graceful shutdown, then what is queued.
    package func run() async throws {
        await withGracefulShutdownHandler {
            for await use in self.uses {
                let isStored = await self.store(use)
                // The shared state may be unavailable for longer than the shutdown may take.
                if !isStored, Task.isShuttingDownGracefully { break }
            }
        } onGracefulShutdown: {
            self.queue.finish()
        }
    }

    private func store(_ use: Use) async -> Bool {
        do {
            try await self.registry.used(use.id, of: use.user, at: use.second)
            return true
        } catch {
            self.logger.debug("The use of a token was not recorded", metadata: ["error": "\(error)"])
            return false
        }
    }
}
