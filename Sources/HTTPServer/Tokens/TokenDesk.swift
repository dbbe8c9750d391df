import Hummingbird
import Identity
import SharedState

/// Makes and ends tokens for a user, whether asked by a program or on a page.
struct TokenDesk: Sendable {
    let issuer: TokenIssuer
    let lifetime: Duration
    let state: SharedPorts
    let audit: any AuditTrail
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    /// No token is made for longer, in seconds.
    static let longest: Int64 = 90 * 86400
    private static let mostTokens = 100

    /// How long a token is good where nothing is said.
    var usualLifetime: Duration { min(self.lifetime, .seconds(Self.longest)) }

    // MARK: Making

    /// Makes a token and lists it for its user.
    ///
    /// - Throws: ``APIError`` where the user has too many.
    func make(
        _ name: String,
        scopes: ScopeSet,
        folders: [String]? = nil,
        lifetime: Duration,
        user: UserID,
        clientID: String? = nil
    ) async throws -> (IssuedToken, TokenRecord) {
        guard try await self.state.tokens.tokens(of: user).count < Self.mostTokens else {
            throw APIError(.conflict, "conflict", "You have \(Self.mostTokens) tokens already: revoke one first.")
        }
        return try await self.issue(
            name,
            scopes: scopes,
            folders: folders,
            lifetime: lifetime,
            user: user,
            clientID: clientID
        )
    }

    /// Makes a token under a name of which there may be many, and ends the oldest of them where there are too many.
    func makeAnother(_ name: String, scopes: ScopeSet, lifetime: Duration, user: UserID) async throws
        -> (IssuedToken, TokenRecord)
    {
        let tokens = try await self.state.tokens.tokens(of: user)
        if tokens.count >= Self.mostTokens, let oldest = tokens.last(where: { $0.name == name }) {
            _ = try await self.revoke(oldest.id, of: user)
        }
        return try await self.make(name, scopes: scopes, lifetime: lifetime, user: user)
    }

    /// Makes the next token for one that will end: as good for as long again, and ended by the same revocation.
    ///
    /// It takes the place of the other in the list of its user's.
    func refresh(_ principal: Principal) async throws -> (IssuedToken, TokenRecord) {
        let root = principal.revocationID
        let known = try await self.state.tokens.tokens(of: principal.user).first { $0.id == root }
        let begun = known?.created ?? principal.issuedAt ?? self.now()
        let ended = known?.expiresAt ?? principal.expiresAt
        let (life, overflows) = ended.subtractingReportingOverflow(begun)
        let token = try await self.issuer.issue(
            user: principal.user,
            lifetime: .seconds(overflows ? Self.longest : min(max(1, life), Self.longest)),
            scopes: principal.scopes,
            folders: principal.folders,
            clientID: principal.clientID,
            familyID: root
        )
        let record = TokenRecord(
            id: root,
            name: known?.name ?? "refreshed",
            scopes: principal.scopes.names.sorted(),
            folders: principal.folders,
            created: self.now(),
            expiresAt: token.expiresAt
        )
        try await self.state.tokens.add(record, of: principal.user)
        return (token, record)
    }

    private func issue(
        _ name: String,
        scopes: ScopeSet,
        folders: [String]?,
        lifetime: Duration,
        user: UserID,
        clientID: String?
    ) async throws -> (IssuedToken, TokenRecord) {
        let token = try await self.issuer.issue(
            user: user,
            lifetime: lifetime,
            scopes: scopes,
            folders: folders,
            clientID: clientID
        )
        let record = TokenRecord(
            id: token.tokenID,
            name: name,
            scopes: scopes.names.sorted(),
            folders: folders,
            created: self.now(),
            expiresAt: token.expiresAt
        )
        try await self.state.tokens.add(record, of: user)
        return (token, record)
    }

    // MARK: Ending

    /// Revokes a token that is listed for its user, and ends its sessions.
    ///
    /// - Returns: whether there was one.
    func revoke(_ id: String, of user: UserID) async throws -> Bool {
        guard let known = try await self.state.tokens.tokens(of: user).first(where: { $0.id == id }) else {
            return false
        }
        // Revoked first: should the rest fail, it is listed still, and no longer good.
        try await self.state.revocations.revoke(id, of: user, expiresAt: known.expiresAt)
        _ = try await self.state.tokens.remove(id, of: user)
        try await self.endSessions(of: user) { $0.client.tokenID == id }
        return true
    }

    /// Ends the token of a request, or the grant that it came from, with their sessions.
    func end(_ principal: Principal) async throws {
        if let grant = principal.grantID {
            try await self.state.grants.revokeGrant(grant, of: principal.user, now: self.now())
        } else {
            try await self.state.revocations.revoke(
                principal.revocationID,
                of: principal.user,
                expiresAt: max(principal.expiresAt, try await self.end(of: principal))
            )
            _ = try await self.state.tokens.remove(principal.revocationID, of: principal.user)
        }
        try await self.endSessions(of: principal.user) { $0.client.tokenID == principal.revocationID }
    }

    /// When the last of the tokens ends that were refreshed from each other.
    private func end(of principal: Principal) async throws -> Int64 {
        let tokens = try await self.state.tokens.tokens(of: principal.user)
        return tokens.first { $0.id == principal.revocationID }?.expiresAt ?? 0
    }

    /// Ends what a user has allowed a client.
    func endGrant(_ id: String, of user: UserID) async throws -> Bool {
        guard try await self.state.grants.grants(of: user).contains(where: { $0.id == id }) else { return false }
        try await self.state.grants.revokeGrant(id, of: user, now: self.now())
        try await self.endSessions(of: user) { $0.client.tokenID == id }
        return true
    }

    /// Ends all tokens, grants, sessions and browsers of a user.
    func endEverything(of user: UserID) async throws {
        // This alone makes every token, grant and browser of before useless; the rest tidies up.
        try await self.state.revocations.revokeAll(of: user, issuedUpTo: self.now())
        for token in try await self.state.tokens.tokens(of: user) {
            _ = try await self.state.tokens.remove(token.id, of: user)
        }
        for grant in try await self.state.grants.grants(of: user) {
            try await self.state.grants.revokeGrant(grant.id, of: user, now: self.now())
        }
        try await self.endSessions(of: user) { _ in true }
    }

    private func endSessions(of user: UserID, where isMeant: (Session) -> Bool) async throws {
        for session in try await self.state.sessions.sessions(of: user) where isMeant(session) {
            _ = try await self.state.sessions.end(session.id, of: user)
        }
    }
}
