import SharedState
import TestSupport

enum Stores: CaseIterable, Sendable {
    case memory
    case redis
}

/// Runs `body` with the account rules over empty stores.
func withAccounts(_ stores: Stores, _ body: @Sendable (AccountsFixture) async throws -> Void) async throws {
    switch stores {
    case .memory:
        let backend = MemoryBackend { .seconds(AccountsFixture.now) }
        try await body(try AccountsFixture(ports: backend.ports))
    case .redis:
        try await withRedis { redis in
            try await body(try AccountsFixture(ports: RedisBackend(redis: redis).ports))
        }
    }
}
