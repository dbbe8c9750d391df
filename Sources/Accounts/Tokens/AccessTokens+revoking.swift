package import Identity
package import SharedState

extension AccessTokens {
    /// How long an unlisted token is refused: longer than any is issued for.
    private static let longestRevocation = Duration.seconds(3650 * 86400)

    /// Revokes a token that is listed for its user, with its sessions.
    ///
    /// - Returns: whether it is listed.
    package func revoke(
        _ id: String,
        of user: UserID,
        reason: RevocationReason,
        from origin: AuditOrigin
    ) async throws -> Bool {
        guard let known = try await self.tokens(of: user).first(where: { $0.id == id }) else { return false }
        try await self.end(id, of: user, until: known.expiresAt)
        self.record(id, of: user, reason, origin)
        return true
    }

    /// Revokes a token of which only the id is known, with its sessions.
    package func revokeUnlisted(
        _ id: String,
        of user: UserID,
        reason: RevocationReason,
        from origin: AuditOrigin
    ) async throws {
        try await self.end(id, of: user, until: self.now() + Self.longestRevocation.wholeSeconds)
        self.record(id, of: user, reason, origin)
    }

    /// Revokes a token, or the grant that it comes from, with their sessions.
    package func revoke(
        _ principal: Principal,
        reason: RevocationReason,
        from origin: AuditOrigin
    ) async throws {
        try await self.end(principal)
        let id = principal.revocationID
        guard principal.grantID == nil else {
            let details: [AuditField: String] = [.grant: id, .revokedID: id, .reason: reason.rawValue]
            return self.audit.record(AuditEvent(.grantRevoked, of: principal.user, from: origin, details))
        }
        self.record(id, of: principal.user, reason, origin, [.revokedID: id])
    }

    /// Ends a token as ``revoke(_:reason:from:)``; the caller records why.
    func end(_ principal: Principal) async throws {
        if let grant = principal.grantID { return try await self.grants.end(grant, of: principal.user) }
        // A family lasts as long as the last token that was refreshed.
        let listed = try await self.tokens(of: principal.user).first { $0.id == principal.revocationID }
        let end = max(principal.expiresAt, listed?.expiresAt ?? 0)
        try await self.end(principal.revocationID, of: principal.user, until: end)
    }

    private func end(_ id: String, of user: UserID, until second: Int64) async throws {
        // Revoked first: should the rest fail, the token is still listed, and refused.
        try await self.state.revocations.revoke(id, of: user, expiresAt: second)
        _ = try await self.state.tokens.remove(id, of: user)
        try await self.state.sessions.endSessions(of: user, openedBy: id)
    }

    private func record(
        _ id: String,
        of user: UserID,
        _ reason: RevocationReason,
        _ origin: AuditOrigin,
        _ details: [AuditField: String] = [:]
    ) {
        let own: [AuditField: String] = [.revokedTokenID: id, .reason: reason.rawValue]
        self.audit.record(
            AuditEvent(.tokenRevoked, of: user, from: origin, details.merging(own) { $1 })
        )
    }
}
