/// How often an address may do something.
package protocol AddressLimits: Sendable {
    /// Counts what an address does.
    ///
    /// - Returns: how long the address should wait, where it has passed the limit; that counts no further.
    /// - Throws: ``SharedStateError`` when the state is unavailable.
    func count(_ action: RateLimitedAction, of address: String, limit: RateLimit) async throws -> Duration?
}
