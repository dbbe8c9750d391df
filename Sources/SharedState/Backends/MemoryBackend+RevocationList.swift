public import Identity
import Synchronization

extension MemoryBackend: RevocationList {
    /// Revokes one token until it would have expired anyway.
    public func revoke(_ tokenID: String, of user: UserID, expiresAt: Int64) async throws {
        self.state.withLock { $0.revoked[user, default: [:]][tokenID] = expiresAt }
    }

    /// Revokes every token of a user that was issued in or before a second.
    public func revokeAll(of user: UserID, issuedUpTo second: Int64) async throws {
        self.state.withLock { $0.notBefore[user] = max($0.notBefore[user] ?? 0, second) }
    }
}
