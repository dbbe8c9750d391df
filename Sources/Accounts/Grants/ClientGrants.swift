package import Identity
package import SharedState

/// The rules for what users allow OAuth clients: codes, refresh tokens, and what ends with a grant.
///
/// Every change records its audit event. Throws `SharedStateError` when the shared state is unavailable.
package struct ClientGrants: Sendable {
    /// Registered clients that stay for a user, in the time for which each is kept.
    package static let keptClients = RateLimit(500, per: .seconds(90 * 86400))

    private let issuer: TokenIssuer
    private let lifetime: Duration
    private let refreshTokens: SignedPayload
    private let state: SharedPorts
    private let audit: any AuditTrail
    /// Seconds since 1970.
    private let now: @Sendable () -> Int64

    /// - Parameters:
    ///   - lifetime: the lifetime of access tokens.
    ///   - refreshTokens: signs refresh tokens.
    package init(
        issuer: TokenIssuer,
        lifetime: Duration,
        refreshTokens: SignedPayload,
        state: SharedPorts,
        audit: any AuditTrail,
        now: @escaping @Sendable () -> Int64
    ) {
        self.issuer = issuer
        self.lifetime = lifetime
        self.refreshTokens = refreshTokens
        self.state = state
        self.audit = audit
        self.now = now
    }

    /// The live grants of a user, last used first.
    package func grants(of user: UserID) async throws -> [Grant] {
        try await self.state.grants.grants(of: user)
    }

    // MARK: Exchanging

    /// Issues an authorization code for what a user has allowed a client.
    package func authorize(
        _ client: OAuthClient,
        for user: UserID,
        redirectURI: String?,
        challenge: CodeChallenge,
        scopes: ScopeSet
    ) async throws -> String {
        let secret = try SecureRandom.identifier()
        let code = AuthorizationCode(
            grant: try SecureRandom.identifier(),
            user: user,
            client: client,
            redirectURI: redirectURI,
            challenge: challenge,
            scopes: scopes,
            allowed: self.now()
        )
        try await self.state.grants.save(code, secret: secret)
        try await self.keep(client, for: user)
        return secret
    }

    /// Keeps a registered client, unless it is one too many of its user's: it then ends an hour after it has registered.
    ///
    /// A grant needs no client that is kept; only to be allowed something again the client has to register again.
    private func keep(_ client: OAuthClient, for user: UserID) async throws {
        guard !client.isDocument else { return }
        if try await !self.state.clients.isKept(client.id) {
            let (actions, limit) = (self.state.actions, Self.keptClients)
            guard try await actions.count(.keptClient, of: .user(user), limit: limit, cost: 1) == nil else { return }
        }
        try await self.state.clients.keepClient(client.id)
    }

    /// Exchanges an authorization code for tokens (RFC 6749, section 4.1.3).
    ///
    /// - Parameter redirectURI: OAuth 2.1 no longer sends it, as PKCE proves more; one that is sent must be the same.
    /// - Throws: ``AccountError`` with `.invalidGrant`; after a code was shown twice its grant is revoked.
    package func exchange(
        code secret: String,
        verifier: String,
        clientID: String,
        redirectURI: String?,
        from origin: AuditOrigin
    ) async throws -> ClientTokens {
        let code: AuthorizationCode
        switch try await self.state.grants.redeem(secret) {
        case .unknown: throw Self.invalidGrant
        case .replayed(let user, let grant):
            try await self.end(grant, of: user)
            self.recordRevocation(of: grant, of: user, .codeReplayed, origin)
            throw Self.invalidGrant
        case .redeemed(let redeemed): code = redeemed
        }
        guard code.clientID == clientID, redirectURI == nil || code.redirectURI == redirectURI,
            CodeChallenge(code.challenge)?.isMet(by: verifier) == true
        else { throw Self.invalidGrant }
        let grant = Grant(
            id: code.grant,
            user: try UserID(code.user),
            clientID: code.clientID,
            clientName: code.clientName,
            scopes: ScopeSet(code.scope),
            // The time of consent: what was revoked since then stays revoked.
            created: code.allowed,
            lastUsed: code.allowed
        )
        guard try await self.state.grants.open(grant) else { throw Self.invalidGrant }
        self.audit.record(
            AuditEvent(
                .grant,
                of: grant.user,
                from: origin,
                [.grant: grant.id, .clientID: clientID, .client: code.clientName, .scope: code.scope]
            )
        )
        return try await self.tokens(of: grant, scopes: grant.scopes, number: 0)
    }

    /// Exchanges a refresh token for the next tokens.
    ///
    /// - Parameter scopes: `nil` for all that the user allowed.
    /// - Throws: ``AccountError`` with `.invalidGrant` or `.invalidScope`; after a rotated token was shown again its grant is
    ///   revoked.
    package func refresh(
        _ text: String,
        clientID: String,
        scopes: ScopeSet?,
        from origin: AuditOrigin
    ) async throws -> ClientTokens {
        guard let token = try RefreshToken(text, signedBy: self.refreshTokens) else { throw Self.invalidGrant }
        switch try await self.state.grants.rotate(token, clientID: clientID, scopes: scopes ?? []) {
        case .ended: throw Self.invalidGrant
        case .reused:
            try await self.end(token.grant, of: token.user)
            self.audit.record(
                AuditEvent(
                    .refreshTokenReused,
                    of: token.user,
                    from: origin,
                    [.grant: token.grant, .clientID: clientID]
                )
            )
            throw Self.invalidGrant
        case .exceeded: throw AccountError(.invalidScope, "The user did not allow that much.")
        case .rotated(let number, let grant):
            self.audit.record(
                AuditEvent(
                    .tokenRefreshed,
                    of: grant.user,
                    from: origin,
                    [.grant: grant.id, .clientID: clientID]
                )
            )
            return try await self.tokens(of: grant, scopes: scopes ?? grant.scopes, number: number)
        }
    }

    private func tokens(of grant: Grant, scopes: ScopeSet, number: Int) async throws -> ClientTokens {
        let access = try await self.issuer.issue(
            user: grant.user,
            lifetime: self.lifetime,
            scopes: scopes,
            clientID: grant.clientID,
            grantID: grant.id
        )
        let refresh = RefreshToken(user: grant.user, grant: grant.id, number: number)
        return ClientTokens(
            access: access,
            refreshToken: try refresh.text(signedBy: self.refreshTokens),
            scopes: scopes
        )
    }

    private static var invalidGrant: AccountError {
        AccountError(.invalidGrant, "The code or token is not valid, or no longer.")
    }

    // MARK: Revoking

    /// Revokes a live grant, with its tokens and sessions.
    ///
    /// - Returns: whether it was live.
    package func revoke(
        _ id: String,
        of user: UserID,
        reason: RevocationReason,
        from origin: AuditOrigin
    ) async throws -> Bool {
        guard try await self.grants(of: user).contains(where: { $0.id == id }) else { return false }
        try await self.end(id, of: user)
        self.recordRevocation(of: id, of: user, reason, origin)
        return true
    }

    /// Revokes the grant of a refresh token, if it is live.
    ///
    /// - Returns: whether the text is a refresh token of this server.
    package func revoke(refreshToken text: String, from origin: AuditOrigin) async throws -> Bool {
        guard let token = try RefreshToken(text, signedBy: self.refreshTokens) else { return false }
        _ = try await self.revoke(token.grant, of: token.user, reason: .client, from: origin)
        return true
    }

    /// Ends a grant with its tokens and sessions; the caller records why.
    func end(_ id: String, of user: UserID) async throws {
        try await self.state.grants.revokeGrant(id, of: user, now: self.now())
        try await self.state.sessions.endSessions(of: user, openedBy: id)
    }

    private func recordRevocation(
        of id: String,
        of user: UserID,
        _ reason: RevocationReason,
        _ origin: AuditOrigin
    ) {
        self.audit.record(
            AuditEvent(.grantRevoked, of: user, from: origin, [.grant: id, .reason: reason.rawValue])
        )
    }
}
