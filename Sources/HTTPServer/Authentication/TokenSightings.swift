import Synchronization

/// When this worker last saw each token.
final class TokenSightings: Sendable {
    /// Which records a sighting is due for.
    enum Novelty: Sendable {
        /// The first within an hour: the audit trail and the token's last use.
        case hour
        /// The first within a minute: the token's last use.
        case minute
        case none
    }

    private struct Sighting {
        var hour: ContinuousClock.Instant
        var minute: ContinuousClock.Instant
    }

    /// Past this many tokens all are evicted, and some sightings are recorded twice.
    private static let bound = 50_000
    private let state = Mutex<[String: Sighting]>([:])

    func note(_ tokenID: String, at now: ContinuousClock.Instant = .now) -> Novelty {
        self.state.withLock { state in
            guard let known = state[tokenID] else {
                if state.count >= Self.bound { state.removeAll(keepingCapacity: true) }
                state[tokenID] = Sighting(hour: now, minute: now)
                return .hour
            }
            if known.hour.duration(to: now) >= .seconds(3600) {
                state[tokenID] = Sighting(hour: now, minute: now)
                return .hour
            }
            if known.minute.duration(to: now) >= .seconds(60) {
                state[tokenID]?.minute = now
                return .minute
            }
            return .none
        }
    }
}
