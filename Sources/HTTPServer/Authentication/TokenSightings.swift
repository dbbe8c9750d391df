import Synchronization

/// Remembers which tokens this worker has seen in the last hour, so that each is written to the audit trail once.
final class TokenSightings: Sendable {
    private struct State {
        var current: Set<String> = []
        var since: ContinuousClock.Instant = .now
    }

    /// Past this many tokens in an hour the hour is over early, and some are written down twice.
    private static let bound = 50_000
    private let state = Mutex(State())

    func isFirst(_ tokenID: String) -> Bool {
        self.state.withLock { state in
            if state.current.contains(tokenID), state.since.duration(to: .now) < .seconds(3600) { return false }
            if state.current.count >= Self.bound || state.since.duration(to: .now) >= .seconds(3600) {
                state.current.removeAll(keepingCapacity: true)
                state.since = .now
            }
            state.current.insert(tokenID)
            return true
        }
    }
}
