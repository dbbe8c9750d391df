import Synchronization

/// Whether load balancers should send requests to this worker.
public final class Readiness: Sendable {
    private struct State {
        var checked: ContinuousClock.Instant?
        var problem: String?
    }

    /// How the volume is used, in words that may be shown to anyone.
    public struct Volume: Sendable, Hashable {
        let name: String
        /// What an operator can do about it; `nil` where all is well.
        let advice: String?

        /// - Parameter name: `local`, `shared`, or what is wrong with the volume.
        public init(_ name: String, advice: String? = nil) {
            self.name = name
            self.advice = advice
        }
    }

    private let draining = Atomic(false)
    private let listening = Atomic(false)
    private let state = Mutex(State())
    private let probe: @Sendable () async throws -> Void
    /// How the volume is used, for health checks.
    let volume: @Sendable () -> Volume?

    /// - Parameters:
    ///   - volume: how the volume is used; `nil` where that is not known.
    ///   - probe: throws while something that requests need is unavailable.
    public init(
        volume: @escaping @Sendable () -> Volume? = { nil },
        probe: @escaping @Sendable () async throws -> Void
    ) {
        self.volume = volume
        self.probe = probe
    }

    /// The worker accepts requests from now on.
    public func beginListening() {
        self.listening.store(true, ordering: .relaxed)
    }

    /// Whether requests are accepted: only a listener of health checks alone has to ask.
    var isListening: Bool { self.listening.load(ordering: .relaxed) }

    /// Fails the readiness check from now on.
    public func beginDraining() {
        self.draining.store(true, ordering: .relaxed)
    }

    var isDraining: Bool { self.draining.load(ordering: .relaxed) }

    /// Why the worker is not ready, or `nil`.
    ///
    /// The probe writes to the volume, so its result is cached for a second.
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
