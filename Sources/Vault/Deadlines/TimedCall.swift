/// A call whose caller waits until a deadline only.
protocol TimedCall: AnyObject, Sendable {
    var deadline: ContinuousClock.Instant { get }

    /// Whether the caller is known to have gone, so that nothing has to be found out for it any more.
    var hasCallerGone: Bool { get }

    /// Throws ``VaultError/Code/unavailable`` to the caller.
    ///
    /// - Returns: whether the caller still waited.
    @discardableResult
    func expire() -> Bool

    /// Ends the call, as its caller has gone.
    func cancel()
}
