import Identity

/// Browser sessions in memory, under the digests of their secrets.
struct MemoryWebSessionStore: WebSessionStore {
    let memory: SharedMemory

    func createWebSession(for user: UserID, name: String?) async throws -> String {
        let secret = try SecureRandom.identifier()
        let digest = SecretDigest.of(secret)
        self.memory.withState { state, now in
            let session = WebSession(user: user, name: name, created: now, digest: digest)
            let others = state.webSessions.values.compactMap { $0.live(at: now) }.filter { $0.user == user }
            for oldest in others.sorted(by: { $0.created > $1.created }).dropFirst(Self.mostOfUser - 1) {
                state.webSessions[oldest.digest] = nil
            }
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
