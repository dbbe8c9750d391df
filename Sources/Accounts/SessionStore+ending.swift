import Identity
import SharedState

extension SessionStore {
    /// Ends the sessions of a user that a credential opened; without one, all of them.
    func endSessions(of user: UserID, openedBy credentialID: String? = nil) async throws {
        for session in try await self.sessions(of: user)
        where credentialID == nil || session.client.credentialID == credentialID {
            _ = try await self.end(session.id, of: user)
        }
    }
}
