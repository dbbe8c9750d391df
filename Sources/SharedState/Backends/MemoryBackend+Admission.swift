import Identity
import Synchronization

extension MemoryBackend: Admission {
    /// Lets a request in or says why not.
    public func admit(_ request: AdmissionRequest) async throws -> AdmissionVerdict {
        let time = self.now()
        return self.state.withLock { state in
            state.sweep(at: time.components.seconds, limits: self.sessionLimits)
            return self.admit(request, at: time, in: &state)
        }
    }

    private func admit(_ request: AdmissionRequest, at time: Duration, in state: inout State) -> AdmissionVerdict {
        let user = request.principal.user
        let seconds = time.components.seconds
        if let end = state.revoked[user]?[Keys.digest(request.principal.revocationID)], end > seconds {
            return .revoked
        }
        if let second = state.notBefore[user], (request.principal.issuedAt ?? 0) <= second { return .revoked }

        var session: Session?
        if let id = request.session {
            guard let found = state.sessions[id] else { return .unknownSession(foreign: false) }
            if found.hasEnded(at: seconds, limits: self.sessionLimits) {
                state.forget(id)
                return .unknownSession(foreign: false)
            }
            guard found.user == user else { return .unknownSession(foreign: true) }
            session = found
        }
        if let limited = self.limit(request, at: time, in: &state) { return limited }

        let budget = self.budget(of: user, at: time, in: state)
        guard let session else { return .admitted(nil, budget) }
        if seconds - session.lastSeen >= self.sessionLimits.renewalSeconds {
            state.sessions[session.id] = session.renewed(at: seconds)
        }
        let admitted = AdmittedSession(id: session.id, revision: session.client.revision, logLevel: nil)
        return .admitted(admitted, budget)
    }

    private func budget(of user: UserID, at time: Duration, in state: State) -> RequestBudget {
        let now = Self.microseconds(time)
        let ahead = { (limitClass: LimitClass) in
            Int64(max(0, (state.arrivals[limitClass]?[user] ?? 0) - now).rounded(.up))
        }
        return RequestBudget(self.rateLimits, requestsAhead: ahead(.requests), writesAhead: ahead(.writes))
    }

    static func microseconds(_ time: Duration) -> Double {
        let (seconds, attoseconds) = time.components
        return Double(seconds) * 1_000_000 + Double(attoseconds / 1_000_000_000_000)
    }

    /// Counts the request against its limits, all or none; gives the verdict when one is passed.
    private func limit(_ request: AdmissionRequest, at time: Duration, in state: inout State) -> AdmissionVerdict? {
        let now = Self.microseconds(time)
        var arrivals: [LimitClass: Double] = [:]
        let classes = [
            (LimitClass.requests, self.rateLimits.requests, request.requests),
            (LimitClass.writes, self.rateLimits.writes, request.writes),
        ]
        for (limitClass, limit, count) in classes where limit.count > 0 && count > 0 {
            let period = Double(limit.periodMicroseconds)
            let known = state.arrivals[limitClass]?[request.principal.user] ?? 0
            let arrival = max(known, now) + Double(count) * period / Double(limit.count)
            let excess = arrival - period - now
            // One microsecond of slack: a period that does not divide evenly must not cost the last request.
            if excess > 1 {
                return .limited(limitClass, retryAfter: .microseconds(Int64(excess.rounded(.up))))
            }
            arrivals[limitClass] = arrival
        }
        for (limitClass, arrival) in arrivals {
            state.arrivals[limitClass, default: [:]][request.principal.user] = arrival
        }
        return nil
    }
}
