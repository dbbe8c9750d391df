/// How often something may be done, by an address, by a user, or by all together.
package protocol ActionLimits: Sendable {
    /// Counts an action.
    ///
    /// - Parameter cost: how much of the limit it takes, such as 1 or a number of bytes.
    /// - Returns: how long its source should wait, where the limit would be passed; such an action does not count.
    /// - Throws: ``SharedStateError`` when the state is unavailable.
    func count(
        _ action: RateLimitedAction,
        of source: ActionSource,
        limit: RateLimit,
        cost: Int
    ) async throws -> Duration?
}
