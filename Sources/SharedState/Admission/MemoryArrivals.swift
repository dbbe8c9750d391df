import Identity

/// The rate limits of users in memory by GCRA: theoretical arrival times in microseconds since 1970.
struct MemoryArrivals {
    private var arrivals: [LimitClass: [UserID: Double]] = [:]

    /// Counts bytes that were read and written already, be it past the limit.
    mutating func charge(_ bytes: Int, to user: UserID, at now: Double, limit: RateLimit) {
        guard limit.count > 0, bytes > 0 else { return }
        let known = self.arrivals[.bytes]?[user] ?? 0
        let cost = Double(bytes) * Double(limit.periodMicroseconds) / Double(limit.count)
        self.arrivals[.bytes, default: [:]][user] = max(known, now) + cost
    }

    /// Counts a request against its limits, all or none; gives the verdict when one is passed.
    mutating func count(_ request: AdmissionRequest, at now: Double, limits: RateLimits) -> AdmissionVerdict? {
        let user = request.principal.user
        if limits.bytes.count > 0, let arrival = self.arrivals[.bytes]?[user] {
            let excess = arrival - Double(limits.bytes.periodMicroseconds) - now
            if excess > 1 { return .limited(.bytes, retryAfter: .microseconds(Int64(excess.rounded(.up)))) }
        }
        var counted: [LimitClass: Double] = [:]
        let classes = [
            (LimitClass.requests, limits.requests, request.requests),
            (LimitClass.writes, limits.writes, request.writes),
        ]
        for (limitClass, limit, count) in classes where limit.count > 0 && count > 0 {
            let period = Double(limit.periodMicroseconds)
            let known = self.arrivals[limitClass]?[user] ?? 0
            let arrival = max(known, now) + Double(count) * period / Double(limit.count)
            let excess = arrival - period - now
            // One microsecond of slack: a period that does not divide evenly must not cost the last request.
            if excess > 1 {
                return .limited(limitClass, retryAfter: .microseconds(Int64(excess.rounded(.up))))
            }
            counted[limitClass] = arrival
        }
        guard request.counts else { return nil }
        for (limitClass, arrival) in counted { self.arrivals[limitClass, default: [:]][user] = arrival }
        return nil
    }

    func budget(of user: UserID, at now: Double, limits: RateLimits) -> RequestBudget {
        let ahead = { (limitClass: LimitClass) in
            Int64(max(0, (self.arrivals[limitClass]?[user] ?? 0) - now).rounded(.up))
        }
        return RequestBudget(
            limits,
            requestsAhead: ahead(.requests),
            writesAhead: ahead(.writes),
            bytesAhead: ahead(.bytes)
        )
    }

    mutating func sweep(at seconds: Int64) {
        self.arrivals = self.arrivals.mapValues { $0.filter { $0.value > Double(seconds) * 1_000_000 } }
    }
}
