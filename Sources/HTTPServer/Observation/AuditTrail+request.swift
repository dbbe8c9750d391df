import Hummingbird
package import Identity
package import SharedState

extension CarrelRequestContext {
    /// The origin of a change: the client's address, the request's id and its trace.
    ///
    /// - Parameter principal: that of the request's token; `nil` for a browser session.
    package func auditOrigin(_ principal: Principal? = nil, session: String? = nil) -> AuditOrigin {
        AuditOrigin(
            principal: principal,
            session: session,
            address: self.address,
            requestID: self.id,
            traceID: self.trace?.traceID
        )
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
        self.record(AuditEvent(name, from: context.auditOrigin(principal, session: session), details))
    }

    /// Records an event of a request without a valid token.
    ///
    /// - Parameter user: the user, where known.
    package func record(
        _ name: AuditEvent.Name,
        of user: UserID?,
        _ context: CarrelRequestContext,
        _ details: [AuditField: String] = [:]
    ) {
        self.record(AuditEvent(name, of: user, from: context.auditOrigin(), details))
    }
}
