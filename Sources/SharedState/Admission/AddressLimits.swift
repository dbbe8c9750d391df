/// How often an address may fail to prove who it is.
public protocol AddressLimits: Sendable {
    /// Counts a failure of an address.
    ///
    /// - Returns: how long the address should wait, where it has passed the limit; such a failure counts no further.
    /// - Throws: ``SharedStateError`` when the state cannot be asked.
    func countFailure(of address: String, limit: RateLimit) async throws -> Duration?
}
