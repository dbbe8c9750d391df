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
        _ details: [String: String] = [:]
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

extension AuditTrail {
    /// Writes down what happened in a request.
    ///
    /// - Parameter user: whose doing it was, where that is known.
    func record(
        _ name: AuditEvent.Name,
        of user: UserID?,
        tokenID: String? = nil,
        _ context: CarrelRequestContext,
        _ details: [String: String] = [:]
    ) {
        self.record(AuditEvent(name, of: user, tokenID: tokenID, context, details))
    }
}
