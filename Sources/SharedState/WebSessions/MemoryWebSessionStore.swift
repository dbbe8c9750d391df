import Identity

/// Browser sessions in memory, under the digests of their secrets.
struct MemoryWebSessionStore: WebSessionStore {
    let memory: SharedMemory

    func createWebSession(for user: UserID, name: String?) async throws -> String {
        let secret = try SecureRandom.identifier()
        let digest = SecretDigest.of(secret)
        self.memory.withState { state, now in
            let session = WebSession(user: user, name: name, created: now, digest: digest)
            state.webSessions[digest] = Expiring(session, until: now + Lifetimes.webSession.wholeSeconds)
        }
        return secret
    }

    func webSession(_ secret: String) async throws -> WebSession? {
        self.memory.withState { state, now in
            guard let session = state.webSessions[SecretDigest.of(secret)]?.live(at: now),
                !state.revocations.coversAll(of: session.user, issuedAt: session.created)
            else { return nil }
            return session
        }
    }

    func endWebSession(_ secret: String) async throws {
        self.memory.withState { state, _ in state.webSessions[SecretDigest.of(secret)] = nil }
    }
}
