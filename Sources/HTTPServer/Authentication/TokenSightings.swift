import Synchronization

/// Remembers when this worker has last seen each token.
final class TokenSightings: Sendable {
    /// How new a sighting is.
    enum Novelty: Sendable {
        /// The first in an hour, and so one for the audit trail.
        case hour
        /// The first in a minute, and so one for the token's own record.
        case minute
        /// Seen a moment ago.
        case none
    }

    private struct Sighting {
        var hour: ContinuousClock.Instant
        var minute: ContinuousClock.Instant
    }

    /// Past this many tokens all are forgotten, and some are written down twice.
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
