public import Identity
import Synchronization

extension MemoryBackend: RevocationList {
    /// Revokes one token until it would have expired anyway.
    public func revoke(_ tokenID: String, of user: UserID, expiresAt: Int64) async throws {
        try await self.revoke(.token(id: Keys.digest(tokenID), user: user, expiresAt: expiresAt))
    }

    /// Revokes every token of a user that was issued in or before a second.
    public func revokeAll(of user: UserID, issuedUpTo second: Int64) async throws {
        try await self.revoke(.all(user: user, issuedUpTo: second))
    }

    private func revoke(_ revocation: Revocation) async throws {
        try await self.journal?.append(revocation)
        self.take(revocation)
    }
}
