import Identity
import Redis
import Synchronization
import TestSupport
import Testing

@testable import SharedState

/// A backend of the shared state, with a way to let time pass.
struct Backend: Sendable {
    let ports: SharedPorts
    /// Lets time pass: in memory on the clock, in Redis by aging what is stored.
    let advance: @Sendable (Duration) async throws -> Void
}

/// Which backend a contract runs on.
enum BackendKind: CaseIterable, Sendable, CustomTestStringConvertible {
    case memory
    case redis
    /// As in a Cluster, where a user's keys and a session may lie on two servers.
    case spread

    var testDescription: String { "\(self)" }
}

/// Lends a fresh backend of a kind.
func withBackend<Value: Sendable>(
    _ kind: BackendKind,
    sessions: SessionLimits = SessionLimits(),
    rates: RateLimits = RateLimits(),
    _ body: @escaping @Sendable (Backend) async throws -> Value
) async throws -> Value {
    switch kind {
    case .memory:
        let clock = Mutex(Duration.seconds(1_800_000_000))
        let backend = MemoryBackend(sessionLimits: sessions, rateLimits: rates) { clock.withLock { $0 } }
        return try await body(
            Backend(ports: backend.ports) { time in clock.withLock { $0 += time } }
        )
    case .redis, .spread:
        return try await withRedis { redis in
            let backend = RedisBackend(
                RedisContext(redis: redis, keys: Keys(), isSpread: kind == .spread),
                sessionLimits: sessions,
                rateLimits: rates,
                journal: nil
            )
            return try await body(
                Backend(ports: backend.ports) { time in try await redis.age(by: time) }
            )
        }
    }
}

func principal(
    _ user: String,
    token: String = "token-0123456789abcdef",
    issuedAt: Int64? = 1_700_000_000
) throws -> Principal {
    Principal(
        user: try UserID(user),
        scopes: .all,
        tokenID: token,
        issuedAt: issuedAt,
        expiresAt: 4_000_000_000,
        clientID: nil
    )
}

let client = SessionClient(
    revision: "2025-11-25",
    name: "test",
    version: "1.0",
    capabilities: #"{"roots":{}}"#,
    credentialID: "token-0123456789abcdef"
)
