import Logging
import Redis

@testable import SharedState

/// How much of the shared state is unavailable.
enum Outage: CaseIterable, Sendable {
    /// All of it: no request is admitted.
    case all
    /// What is asked once a request or a browser is admitted.
    case behindAdmission
}

/// Lends a server that works, and one of the same keys that asks a Redis which does not run.
///
/// Tokens, sessions and cookies of the first are those of the second.
func withOutage(
    _ outage: Outage,
    isLocal: Bool = true,
    isLive: Bool = false,
    providerURL: String? = nil,
    _ body: @escaping @Sendable (_ well: TestServer, _ broken: TestServer) async throws -> Void
) async throws {
    var configuration = RedisConfiguration(.standalone(.unix(path: "/nonexistent/redis.sock")))
    configuration.waitTimeout = .milliseconds(1)
    let redis = RedisClient(
        configuration: configuration,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
    let unavailable = RedisBackend(redis: redis).ports
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await redis.run() }
        defer { group.cancelAll() }
        try await withServer(isLocal: isLocal) { well in
            try await withServer(isLocal: isLocal, isLive: isLive, providerURL: providerURL) { _ in
                outage == .all ? unavailable : unavailable.admitted(by: well.state)
            } _: { broken in
                try await body(well, broken)
            }
        }
    }
}

extension SharedPorts {
    /// These stores, but those of others that admit requests and browsers.
    fileprivate func admitted(by others: SharedPorts) -> SharedPorts {
        SharedPorts(
            sessions: self.sessions,
            admission: others.admission,
            revocations: self.revocations,
            tokens: self.tokens,
            audit: self.audit,
            actions: others.actions,
            logins: self.logins,
            clients: self.clients,
            grants: self.grants,
            webSessions: others.webSessions,
            usage: self.usage,
            users: self.users,
            probe: self.probe
        )
    }
}
