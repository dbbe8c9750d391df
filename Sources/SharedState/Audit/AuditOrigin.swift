package import Identity

/// Where an audited change comes from: a request, or a command.
package struct AuditOrigin: Sendable, Hashable {
    /// The principal of the request's token; `nil` for a browser session, and for a command.
    package var principal: Principal?
    /// The MCP session the request named.
    package var session: String?
    /// The client's address.
    package var address: String?
    package var requestID: String?
    package var traceID: String?

    package init(
        principal: Principal? = nil,
        session: String? = nil,
        address: String? = nil,
        requestID: String? = nil,
        traceID: String? = nil
    ) {
        self.principal = principal
        self.session = session
        self.address = address
        self.requestID = requestID
        self.traceID = traceID
    }

    /// A command of the operator, which has no request.
    package static let commandLine = AuditOrigin()
}

extension AuditEvent {
    /// An event with what is known of its origin: where another id than the token's own revokes the token, with that id.
    ///
    /// - Parameters:
    ///   - user: the user of the event; without one, that of the origin's token.
    ///   - tokenID: the token that the event is about, where the origin has no token.
    package init(
        _ name: Name,
        of user: UserID? = nil,
        tokenID: String? = nil,
        from origin: AuditOrigin,
        _ details: [AuditField: String] = [:]
    ) {
        var details = details
        // A refreshed token is revoked with its family, a client's with its grant.
        if let principal = origin.principal, principal.revocationID != principal.tokenID {
            details[.revocationID] = principal.revocationID
        }
        self.init(
            name,
            user: (user ?? origin.principal?.user)?.value,
            tokenID: origin.principal?.tokenID ?? tokenID,
            session: origin.session,
            address: origin.address,
            requestID: origin.requestID,
            traceID: origin.traceID,
            details: details
        )
    }
}
