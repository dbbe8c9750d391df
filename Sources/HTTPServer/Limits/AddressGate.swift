import Hummingbird
import SharedState

/// Holds addresses to limits where nobody is known yet: at registration, at login, and when tokens are guessed.
struct AddressGate: Sendable {
    let addresses: any AddressLimits
    let audit: any AuditTrail
    let metrics: EdgeMetrics

    /// Counts what an address does.
    ///
    /// - Throws: ``APIError`` with 429 past the limit, `SharedStateError` when nobody can be asked.
    func count(_ act: AddressAct, limit: RateLimit, context: CarrelRequestContext) async throws {
        guard limit.count > 0, let address = context.address,
            let wait = try await self.addresses.count(act, of: AddressKey.of(address), limit: limit)
        else { return }
        self.metrics.rateLimited(act.rawValue)
        self.audit.record(.rateLimited, of: nil, context, ["limit": act.rawValue])
        let seconds = wait.components.seconds + 1
        throw APIError(
            .tooManyRequests,
            "rate_limited",
            "Too many requests of this kind from your address: try again in \(seconds) s.",
            headers: [.retryAfter: "\(seconds)"]
        )
    }
}
