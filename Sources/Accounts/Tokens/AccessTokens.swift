import Encodings
package import Identity
package import SharedState

/// The rules for tokens of users: who may have how many for how long, and what ends with them.
///
/// Every change records its audit event. Throws `SharedStateError` when the shared state is unavailable.
package struct AccessTokens: Sendable {
    /// The longest lifetime of a token that is not an operator's.
    package static let longestLifetime = Duration.seconds(90 * 86400)
    private static let mostTokens = 100

    let state: SharedPorts
    let audit: any AuditTrail
    let grants: ClientGrants
    private let issuer: TokenIssuer
    private let lifetime: Duration
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    /// - Parameter lifetime: the lifetime of a token where none is requested.
    package init(
        issuer: TokenIssuer,
        lifetime: Duration,
        grants: ClientGrants,
        state: SharedPorts,
        audit: any AuditTrail,
        now: @escaping @Sendable () -> Int64
    ) {
        self.issuer = issuer
        self.lifetime = lifetime
        self.grants = grants
        self.state = state
        self.audit = audit
        self.now = now
    }

    /// The lifetime of a token where none is requested.
    package var usualLifetime: Duration { min(self.lifetime, Self.longestLifetime) }

    /// The listed tokens of a user that have not expired, newest first.
    package func tokens(of user: UserID) async throws -> [TokenRecord] {
        try await self.state.tokens.tokens(of: user)
    }

    // MARK: Issuing

    /// Issues a token and lists it for its user.
    ///
    /// - Throws: ``AccountError`` where the user has too many.
    package func issue(_ request: TokenRequest, from origin: AuditOrigin) async throws -> NewToken {
        guard try await self.tokens(of: request.user).count < Self.mostTokens else {
            throw AccountError(
                .tooManyTokens,
                "You have \(Self.mostTokens) tokens already: revoke one first."
            )
        }
        let new = try await self.sign(request)
        try await self.list(new, of: request.user, from: origin)
        return new
    }

    /// Issues a token under a name that many may have; past the limit the oldest of that name is revoked.
    package func issueReplacingOldest(_ request: TokenRequest, from origin: AuditOrigin) async throws -> NewToken {
        let tokens = try await self.tokens(of: request.user)
        if tokens.count >= Self.mostTokens, let oldest = tokens.last(where: { $0.name == request.name }) {
            _ = try await self.revoke(oldest.id, of: request.user, reason: .user, from: origin)
        }
        return try await self.issue(request, from: origin)
    }

    /// Signs a token for an operator, without the limits of users; it is valid whether it is listed or not.
    package func sign(_ request: TokenRequest) async throws -> NewToken {
        let token = try await self.issuer.issue(
            user: request.user,
            lifetime: request.lifetime,
            scopes: request.scopes,
            folders: request.folders,
            clientID: request.clientID
        )
        let record = TokenRecord(
            id: token.tokenID,
            name: request.name,
            scopes: request.scopes.names.sorted(),
            folders: request.folders,
            created: self.now(),
            expiresAt: token.expiresAt
        )
        return NewToken(token: token, record: record)
    }

    /// Lists a signed token for its user.
    package func list(_ new: NewToken, of user: UserID, from origin: AuditOrigin) async throws {
        try await self.state.tokens.add(new.record, of: user)
        self.audit.record(
            AuditEvent(
                .tokenIssued,
                of: user,
                tokenID: new.record.id,
                from: origin,
                [
                    .tokenName: new.record.name, .newTokenID: new.record.id,
                    .tokenExpiresAt: RFC3339.text(seconds: new.record.expiresAt),
                ]
            )
        )
    }

    /// Issues the successor of a token: with the same lifetime, revoked by the same id, and in its place in the list.
    ///
    /// - Throws: ``AccountError`` for a token of a grant.
    package func refresh(_ principal: Principal, from origin: AuditOrigin) async throws -> NewToken {
        guard principal.grantID == nil else {
            throw AccountError(.belongsToGrant, "A client gets new tokens with its refresh token.")
        }
        let root = principal.revocationID
        let known = try await self.tokens(of: principal.user).first { $0.id == root }
        let begun = known?.created ?? principal.issuedAt ?? self.now()
        let (life, overflows) = (known?.expiresAt ?? principal.expiresAt).subtractingReportingOverflow(begun)
        let token = try await self.issuer.issue(
            user: principal.user,
            lifetime: overflows ? Self.longestLifetime : min(.seconds(max(1, life)), Self.longestLifetime),
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
        self.audit.record(
            AuditEvent(.tokenRefreshed, of: principal.user, from: origin, [.newTokenID: record.id])
        )
        return NewToken(token: token, record: record)
    }
}
