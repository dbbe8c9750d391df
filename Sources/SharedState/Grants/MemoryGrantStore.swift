import Identity

/// Codes and grants in memory.
struct MemoryGrantStore: GrantStore {
    let memory: SharedMemory
    let revocations: MemoryRevocationList

    func save(_ code: AuthorizationCode, secret: String) async throws {
        self.memory.withState { state, now in
            state.codes[secret] = Expiring(.redeemed(code), until: now + Lifetimes.code.wholeSeconds)
        }
    }

    func redeem(_ secret: String) async throws -> CodeRedemption {
        try self.memory.withState { state, now in
            guard let redemption = state.codes[secret]?.live(at: now) else { return .unknown }
            if case .redeemed(let code) = redemption {
                let used = CodeRedemption.replayed(user: try UserID(code.user), grant: code.grant)
                state.codes[secret] = Expiring(used, until: now + Lifetimes.usedCode.wholeSeconds)
            }
            return redemption
        }
    }

    func open(_ grant: Grant) async throws -> Bool {
        let surplus = self.memory.withState { state, now -> [String]? in
            guard !state.hasEnded(grant, at: now) else { return nil }
            state.grants.open(grant, at: now)
            return state.grants.live(of: grant.user, at: now).dropFirst(Self.mostGrants).map(\.id)
        }
        guard let surplus else { return false }
        for id in surplus { try await self.revokeGrant(id, of: grant.user, now: grant.created) }
        return true
    }

    func rotate(_ token: RefreshToken, clientID: String, scopes: ScopeSet) async throws -> GrantRotation {
        self.memory.withState { state, now in
            guard let grant = state.grants.live(of: token.user, at: now).first(where: { $0.id == token.grant }),
                grant.clientID == clientID, !state.hasEnded(grant, at: now)
            else { return .ended }
            guard grant.scopes.isSuperset(of: scopes) else { return .exceeded }
            return state.grants.rotate(token, at: now)
        }
    }

    func grants(of user: UserID) async throws -> [Grant] {
        self.memory.withState { state, now in
            state.grants.live(of: user, at: now).filter {
                !state.revocations.coversAll(of: user, issuedAt: $0.created)
            }
        }
    }

    func revokeGrant(_ id: String, of user: UserID, now: Int64) async throws {
        try await self.revocations.revoke(id, of: user, expiresAt: now + Lifetimes.grant.wholeSeconds)
        self.memory.withState { state, _ in state.grants.remove(id, of: user) }
    }
}

extension SharedMemory.State {
    /// Whether a grant was revoked, by itself or with everything that its user had allowed until then.
    fileprivate func hasEnded(_ grant: Grant, at seconds: Int64) -> Bool {
        self.revocations.isRevoked(grant.id, of: grant.user, at: seconds)
            || self.revocations.coversAll(of: grant.user, issuedAt: grant.created)
    }
}
