import Identity

/// The revocations in the journal and in memory.
struct MemoryRevocationList: RevocationList {
    let memory: SharedMemory
    let journal: RevocationJournal?

    /// Loads the journal.
    ///
    /// - Throws: ``SharedStateError`` when it cannot be read; no request may be admitted then.
    func load() throws {
        for revocation in try self.journal?.readNow() ?? [] { self.store(revocation) }
    }

    func revoke(_ credentialID: String, of user: UserID, expiresAt: Int64) async throws {
        try await self.revoke(.token(id: Keys.digest(credentialID), user: user, expiresAt: expiresAt))
    }

    func revokeAll(of user: UserID, issuedUpTo second: Int64) async throws {
        try await self.revoke(.all(user: user, issuedUpTo: second))
    }

    private func revoke(_ revocation: Revocation) async throws {
        try await self.journal?.append(revocation)
        self.store(revocation)
    }

    private func store(_ revocation: Revocation) {
        self.memory.withState { state, _ in state.revocations.add(revocation) }
    }
}

/// The revocations in memory.
struct MemoryRevocations {
    /// When revoked tokens expire, by the digests of their ids.
    private var tokens: [UserID: [String: Int64]] = [:]
    private var notBefore: [UserID: Int64] = [:]

    mutating func add(_ revocation: Revocation) {
        switch revocation {
        case .token(let id, let user, let end): self.tokens[user, default: [:]][id] = end
        case .all(let user, let second): self.notBefore[user] = max(self.notBefore[user] ?? 0, second)
        }
    }

    func isRevoked(_ credentialID: String, of user: UserID, at seconds: Int64) -> Bool {
        guard let end = self.tokens[user]?[Keys.digest(credentialID)] else { return false }
        return end > seconds
    }

    /// Whether everything of a user that was issued in a second is revoked.
    func coversAll(of user: UserID, issuedAt second: Int64) -> Bool {
        guard let notBefore = self.notBefore[user] else { return false }
        return second <= notBefore
    }

    mutating func sweep(at seconds: Int64) {
        self.tokens = self.tokens.compactMapValues { tokens in
            let live = tokens.filter { $0.value > seconds }
            return live.isEmpty ? nil : live
        }
    }
}
