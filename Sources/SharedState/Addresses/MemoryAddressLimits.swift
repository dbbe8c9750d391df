/// Counts in memory what addresses do.
struct MemoryAddressLimits: AddressLimits {
    let memory: SharedMemory

    func count(_ action: RateLimitedAction, of address: String, limit: RateLimit) async throws -> Duration? {
        guard limit.count > 0 else { return nil }
        let now = self.memory.now().microseconds
        return self.memory.withState { state, _ in
            state.addresses.count("\(action.rawValue):\(address)", at: now, limit: limit)
        }
    }
}

/// Theoretical arrival times of what addresses do, in microseconds since 1970.
struct MemoryAddresses {
    private var arrivals: [String: Double] = [:]

    /// Counts once; gives the time to wait where the limit is passed, which counts nothing.
    mutating func count(_ key: String, at now: Double, limit: RateLimit) -> Duration? {
        let period = Double(limit.periodMicroseconds)
        let arrival = max(self.arrivals[key] ?? 0, now) + period / Double(limit.count)
        let wait = arrival - period - now
        if wait > 1 { return .microseconds(Int64(wait.rounded(.up))) }
        self.arrivals[key] = arrival
        return nil
    }

    mutating func sweep(at seconds: Int64) {
        self.arrivals = self.arrivals.filter { $0.value > Double(seconds) * 1_000_000 }
    }
}
