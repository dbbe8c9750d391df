import Accounts
import SharedState

extension Command {
    /// Runs `body` with the account rules, and stores its audit events.
    ///
    /// - Parameter needsRedis: without it, a command without `REDIS_URL` works on the journal of revocations alone.
    static func withAccounts<Value: Sendable>(
        _ settings: Settings,
        needsRedis: Bool = true,
        _ body: @Sendable (UserAccounts) async throws -> Value
    ) async throws -> Value {
        let audit = CommandAuditTrail()
        guard needsRedis || settings.redis != nil else {
            let backend = MemoryBackend(journal: settings.journal(logger: Self.logger), now: Clocks.sinceEpoch)
            return try await body(settings.accounts(try settings.keys(), ports: backend.ports, audit: audit))
        }
        return try await settings.withBackend(logger: Self.logger) { backend in
            let accounts = try settings.accounts(try settings.keys(), ports: backend.ports, audit: audit)
            do {
                let value = try await body(accounts)
                await audit.store(in: backend.ports.audit)
                return value
            } catch {
                // Acts before the failure are audited too.
                await audit.store(in: backend.ports.audit)
                throw error
            }
        }
    }
}
