import Hummingbird
import Identity
import SharedState

extension AuditEvent {
    /// Something that happened in a request: with the client's address, the request's id and its trace.
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
    /// Something that somebody did whose token is known: where another id than the token's own revokes it, with that.
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
    /// Writes down what somebody did in a request.
    func record(
        _ name: AuditEvent.Name,
        by principal: Principal,
        _ context: CarrelRequestContext,
        _ details: [AuditField: String] = [:]
    ) {
        self.record(AuditEvent(name, by: principal, context, details))
    }

    /// Writes down what happened in a request.
    ///
    /// - Parameter user: whose doing it was, where that is known.
    func record(
        _ name: AuditEvent.Name,
        of user: UserID?,
        tokenID: String? = nil,
        _ context: CarrelRequestContext,
        _ details: [AuditField: String] = [:]
    ) {
        self.record(AuditEvent(name, of: user, tokenID: tokenID, context, details))
    }
}
