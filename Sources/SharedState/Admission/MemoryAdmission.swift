import Identity

/// Admission by a single worker.
struct MemoryAdmission: Admission {
    let memory: SharedMemory
    let sessionLimits: SessionLimits
    let rateLimits: RateLimits

    func admit(_ request: AdmissionRequest) async throws -> AdmissionVerdict {
        let now = self.memory.now().microseconds
        return self.memory.withState { state, seconds in
            self.admit(request, at: seconds, microseconds: now, in: &state)
        }
    }

    func charge(_ bytes: Int, to user: UserID) {
        let now = self.memory.now().microseconds
        self.memory.withState { state, _ in
            state.arrivals.charge(bytes, to: user, at: now, limit: self.rateLimits.bytes)
        }
    }

    private func admit(
        _ request: AdmissionRequest,
        at seconds: Int64,
        microseconds now: Double,
        in state: inout SharedMemory.State
    ) -> AdmissionVerdict {
        let user = request.principal.user
        if state.revocations.isRevoked(request.principal.revocationID, of: user, at: seconds)
            || state.revocations.coversAll(of: user, issuedAt: request.principal.issuedAt ?? 0)
        {
            return .revoked
        }
        var session: Session?
        if let id = request.session {
            guard let found = state.sessions[id] else { return .unknownSession(foreign: false) }
            if found.hasEnded(at: seconds, limits: self.sessionLimits) {
                state.sessions.remove(id)
                return .unknownSession(foreign: false)
            }
            guard found.user == user else { return .unknownSession(foreign: true) }
            session = found
        }
        if let limited = state.arrivals.count(request, at: now, limits: self.rateLimits) { return limited }

        let budget = state.arrivals.budget(of: user, at: now, limits: self.rateLimits)
        guard let session else { return .admitted(nil, budget, sequence: nil) }
        if seconds - session.lastSeen >= self.sessionLimits.renewalSeconds {
            state.sessions.renew(session, at: seconds)
        }
        let admitted = AdmittedSession(id: session.id, revision: session.client.revision, logLevel: nil)
        return .admitted(admitted, budget, sequence: nil)
    }
}
