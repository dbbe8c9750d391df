import Identity
import Redis

/// Begun logins in Redis, as JSON.
struct RedisLoginStore: LoginStore {
    let context: RedisContext

    func save(_ attempt: LoginAttempt, state: String) async throws {
        _ = try await self.context.send([
            "SET", self.context.keys.login(state), try StoredText.encode(attempt), "EX", Lifetimes.login.argument,
        ])
    }

    func take(state: String) async throws -> LoginAttempt? {
        try await self.context.send(["GETDEL", self.context.keys.login(state)]).text
            .map { try StoredText.decode(LoginAttempt.self, from: $0) }
    }
}
