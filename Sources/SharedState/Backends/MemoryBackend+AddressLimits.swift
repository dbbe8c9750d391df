import Synchronization

extension MemoryBackend: AddressLimits {
    /// Counts what an address does.
    public func count(_ act: AddressAct, of address: String, limit: RateLimit) async throws -> Duration? {
        guard limit.count > 0 else { return nil }
        let time = self.now()
        let now = Self.microseconds(time)
        let key = "\(act.rawValue):\(address)"
        let period = Double(limit.periodMicroseconds)
        return self.state.withLock { state in
            state.sweep(at: time.components.seconds, limits: self.sessionLimits)
            let arrival = max(state.addresses[key] ?? 0, now) + period / Double(limit.count)
            let wait = arrival - period - now
            if wait > 1 { return .microseconds(Int64(wait.rounded(.up))) }
            state.addresses[key] = arrival
            return nil
        }
    }
}
