import Synchronization

/// Whether this worker should be sent requests.
public final class Readiness: Sendable {
    private struct State {
        var checked: ContinuousClock.Instant?
        var problem: String?
    }

    private let draining = Atomic(false)
    private let state = Mutex(State())
    private let probe: @Sendable () async throws -> Void

    /// Judges by a probe of everything a request needs.
    public init(probe: @escaping @Sendable () async throws -> Void) {
        self.probe = probe
    }

    /// Says from now on that no more requests should come.
    public func beginDraining() {
        self.draining.store(true, ordering: .relaxed)
    }

    /// Whether the worker is about to stop.
    var isDraining: Bool { self.draining.load(ordering: .relaxed) }

    /// What keeps this worker from answering, or `nil`.
    ///
    /// The probe writes to the volume, so its answer stands for a second: asking often costs nothing.
    public func problem() async -> String? {
        if self.isDraining { return "draining" }
        let now = ContinuousClock.now
        let known = self.state.withLock { state -> String?? in
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
