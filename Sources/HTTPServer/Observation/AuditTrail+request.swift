import Hummingbird
package import Identity
package import SharedState

extension AuditEvent {
    /// An event of a request, with the client's address, the request's id and its trace.
    init(
        _ name: Name,
        of user: UserID?,
        tokenID: String? = nil,
        session: String? = nil,
        _ context: CarrelRequestContext,
        _ details: [AuditField: String] = [:]
    ) {
        self.init(
            name,
            user: user?.value,
            tokenID: tokenID,
            session: session,
            address: context.address,
            requestID: context.id,
            traceID: context.trace?.traceID,
            details: details
        )
    }
}

extension AuditEvent {
    /// An event of an authenticated request, with the id that revokes its token where that is not the token's own.
    init(
        _ name: Name,
        by principal: Principal,
        session: String? = nil,
        _ context: CarrelRequestContext,
        _ details: [AuditField: String] = [:]
    ) {
        var details = details
        // A token that was refreshed is revoked with all of its family, an app's with its grant.
        if principal.revocationID != principal.tokenID { details[.revocationID] = principal.revocationID }
        self.init(name, of: principal.user, tokenID: principal.tokenID, session: session, context, details)
    }
}

extension AuditTrail {
    /// Records an event of an authenticated request.
    package func record(
        _ name: AuditEvent.Name,
        by principal: Principal,
        session: String? = nil,
        _ context: CarrelRequestContext,
        _ details: [AuditField: String] = [:]
    ) {
        self.record(AuditEvent(name, by: principal, session: session, context, details))
    }

    /// Records an event of a request.
    ///
    /// - Parameter user: the user, where that is known.
    package func record(
        _ name: AuditEvent.Name,
        of user: UserID?,
        tokenID: String? = nil,
        _ context: CarrelRequestContext,
        _ details: [AuditField: String] = [:]
    ) {
        self.record(AuditEvent(name, of: user, tokenID: tokenID, context, details))
    }
}
