import Hummingbird
import Identity
import SharedState

extension AuditTrail {
    /// Writes down what happened in a request, with its address and id.
    ///
    /// - Parameter user: whose doing it was, where that is known.
    func record(
        _ name: AuditEvent.Name,
        of user: UserID?,
        tokenID: String? = nil,
        _ context: CarrelRequestContext,
        _ details: [String: String] = [:]
    ) {
        self.record(
            AuditEvent(
                name,
                user: user?.value,
                tokenID: tokenID,
                address: context.address,
                requestID: context.id,
                details: details
            )
        )
    }
}
