internal import Logging

/// What a write takes from its store.
struct WriteContext: Sendable {
    let limits: VaultLimits
    /// The time, in milliseconds since 1970.
    let now: Int
    let logger: Logger
    private let stop: (@Sendable (WriteStep) throws -> Void)?

    init(limits: VaultLimits, now: Int, logger: Logger, stop: (@Sendable (WriteStep) throws -> Void)?) {
        self.limits = limits
        self.now = now
        self.logger = logger
        self.stop = stop
    }

    /// Reports a step; a test may fail the write there.
    func reached(_ step: WriteStep) throws { try self.stop?(step) }
}
