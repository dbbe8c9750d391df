import Synchronization

/// Whether this worker should be sent requests.
public final class Readiness: Sendable {
    private struct State {
        var isDraining = false
        var checked: ContinuousClock.Instant?
        var problem: String?
    }

    private let state = Mutex(State())
    private let probe: @Sendable () async throws -> Void

    /// Judges by a probe of everything a request needs.
    public init(probe: @escaping @Sendable () async throws -> Void) {
        self.probe = probe
    }

    /// Says from now on that no more requests should come.
    public func beginDraining() {
        self.state.withLock { $0.isDraining = true }
    }

    /// What keeps this worker from answering, or `nil`.
    ///
    /// The probe writes to the volume, so its answer stands for a second: asking often costs nothing.
    func problem() async -> String? {
        let now = ContinuousClock.now
        let known = self.state.withLock { state -> String?? in
            if state.isDraining { return "draining" }
            guard let checked = state.checked, checked.duration(to: now) < .seconds(1) else { return nil }
            return .some(state.problem)
        }
        if let known { return known }
        var problem: String?
        do {
            try await self.probe()
        } catch {
            problem = "\(error)"
        }
        let found = problem
        self.state.withLock { state in
            state.checked = now
            state.problem = found
        }
        return found
    }
}
