package import Identity
package import SharedState

/// The rules for all that belongs to a user at once.
///
/// Every change records its audit event. Throws `SharedStateError` when the shared state is unavailable.
package struct UserAccounts: Sendable {
    package let tokens: AccessTokens
    package let grants: ClientGrants
    let state: SharedPorts
    let audit: any AuditTrail
    /// Seconds since 1970.
    private let now: @Sendable () -> Int64

    package init(
        tokens: AccessTokens,
        grants: ClientGrants,
        state: SharedPorts,
        audit: any AuditTrail,
        now: @escaping @Sendable () -> Int64
    ) {
        self.tokens = tokens
        self.grants = grants
        self.state = state
        self.audit = audit
        self.now = now
    }

    /// Revokes a token or a grant by its id, whichever the user has.
    ///
    /// - Returns: what it was; `nil` where the user has none of that id.
    package func revoke(
        _ id: String,
        of user: UserID,
        reason: RevocationReason,
        from origin: AuditOrigin
    ) async throws -> Credential? {
        if try await self.grants.revoke(id, of: user, reason: reason, from: origin) { return .grant }
        return try await self.tokens.revoke(id, of: user, reason: reason, from: origin) ? .token : nil
    }

    /// Logs out the token of a request, with its grant and its sessions.
    package func logOut(_ principal: Principal, from origin: AuditOrigin) async throws {
        try await self.tokens.end(principal)
        self.recordLogout(of: principal.user, from: origin)
    }

    /// Ends all tokens, grants, sessions and browser sessions of a user, at the user's request.
    package func logOutEverywhere(_ user: UserID, from origin: AuditOrigin) async throws {
        try await self.endEverything(of: user)
        self.recordLogout(of: user, everywhere: true, from: origin)
    }

    /// Records a logout that ended only a browser session.
    package func recordLogout(of user: UserID, everywhere: Bool = false, from origin: AuditOrigin) {
        self.audit.record(AuditEvent(.logout, of: user, from: origin, [.everywhere: "\(everywhere)"]))
    }

    /// Ends all tokens, grants, sessions and browser sessions of a user, at an operator's request.
    package func revokeEverything(of user: UserID, from origin: AuditOrigin) async throws {
        try await self.endEverything(of: user)
        let details: [AuditField: String] = [.everywhere: "true", .reason: RevocationReason.operator.rawValue]
        self.audit.record(AuditEvent(.tokenRevoked, of: user, from: origin, details))
    }

    func endEverything(of user: UserID) async throws {
        // This alone invalidates every token, grant and browser session; the rest tidies up.
        try await self.state.revocations.revokeAll(of: user, issuedUpTo: self.now())
        for token in try await self.tokens.tokens(of: user) {
            _ = try await self.state.tokens.remove(token.id, of: user)
        }
        for grant in try await self.grants.grants(of: user) { try await self.grants.end(grant.id, of: user) }
        try await self.state.sessions.endSessions(of: user)
    }
}
