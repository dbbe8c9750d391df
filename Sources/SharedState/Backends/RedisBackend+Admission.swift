import Identity
import Redis

extension RedisBackend: Admission {
    /// Lets a request in or says why not.
    ///
    /// In a Cluster the user's keys and the session may lie on two nodes, which are then asked at the same time. There a
    /// request that is refused for its session has counted against the limits.
    public func admit(_ request: AdmissionRequest) async throws -> AdmissionVerdict {
        var request = request
        for _ in 0..<Self.mostRounds {
            if self.guardian.mustRestore(self.redis) { try await self.guardian.restore(self) }
            guard let verdict = try await self.ask(request) else {
                try await self.guardian.restore(self, user: request.principal.user)
                continue
            }
            // A question that waited for a connection may have been answered by a server that was not there before, and
            // does not know yet what has been revoked.
            guard self.hasJournal, verdict != .revoked, self.guardian.mustRestore(self.redis) else { return verdict }
            // What has been counted is not counted again.
            if verdict.isAdmitted {
                request = AdmissionRequest(
                    principal: request.principal,
                    session: request.session,
                    requests: 0,
                    writes: 0
                )
            }
        }
        throw SharedStateError(.unavailable, "Redis forgets faster than it can be told what has been revoked.")
    }

    /// How often a request is asked for while servers come and go.
    private static let mostRounds = 5

    /// The verdict, or `nil` where Redis came back empty and does not know what has been revoked.
    private func ask(_ request: AdmissionRequest) async throws -> AdmissionVerdict? {
        let user = request.principal.user
        var keys = [
            self.epochKey(for: user), self.keys.revoked(request.principal.revocationID, of: user),
            self.keys.notBefore(user), self.keys.limit(.requests, of: user), self.keys.limit(.writes, of: user),
        ]
        var arguments = [
            user.value, String(request.principal.issuedAt ?? 0), String(request.requests), String(request.writes),
        ]
        guard let session = request.session else {
            let reply = try await self.evaluate(self.scripts.admit, keys: keys, arguments: arguments)
            return try self.verdict(reply, session: nil)
        }
        arguments.append(session.value)
        guard !self.isSpread else {
            keys.append(self.keys.sessions(of: user))
            return try await self.askBoth(request, session, keys: keys, arguments: arguments)
        }
        keys.append(self.keys.session(session))
        keys.append(self.keys.sessions(of: user))
        let reply = try await self.evaluate(self.scripts.admit, keys: keys, arguments: arguments)
        return try self.verdict(reply, session: session)
    }

    /// Asks the user's slot and the session's at the same time.
    private func askBoth(
        _ request: AdmissionRequest,
        _ session: SessionID,
        keys: [String],
        arguments: [String]
    ) async throws -> AdmissionVerdict? {
        async let other = self.evaluate(
            self.scripts.admitSession,
            keys: [self.keys.session(session)],
            arguments: [request.principal.user.value]
        )
        let reply = try await self.evaluate(self.scripts.admitUser, keys: keys, arguments: arguments)
        let sessionReply = try await other
        guard let elements = reply.elements, let found = sessionReply.elements,
            let status = elements.first?.integerValue
        else { throw Self.unknown }
        // A revoked token comes first, then the session, then the limits.
        if found.first?.integerValue == 2, status == 0 || status == 3 {
            return try self.verdict(sessionReply, session: session)
        }
        guard status == 0 else { return try self.verdict(reply, session: session) }
        return try self.verdict(.array(elements + found.dropFirst()), session: session)
    }

    /// Where it stands that this Redis has been filled: in a Cluster a node for itself can come back empty.
    func epochKey(for user: UserID) -> String {
        self.isSpread ? self.keys.epoch(of: user) : self.keys.epoch
    }

    func evaluate(_ script: RedisScript, keys: [String], arguments: [String]) async throws -> RedisValue {
        do {
            return try await self.redis.evaluate(script, keys: keys, arguments: arguments)
        } catch {
            throw SharedStateError(.unavailable, "The shared state in Redis cannot be asked now.", cause: error)
        }
    }

    private static var unknown: SharedStateError {
        SharedStateError(.corrupt, "The admission script answered something unknown.")
    }

    private func verdict(_ reply: RedisValue, session: SessionID?) throws -> AdmissionVerdict? {
        guard let elements = reply.elements, let status = elements.first?.integerValue else { throw Self.unknown }
        switch status {
        case 0:
            guard elements.count >= 3, let requests = elements[1].integerValue, let writes = elements[2].integerValue
            else { throw Self.unknown }
            let budget = RequestBudget(self.rateLimits, requestsAhead: requests, writesAhead: writes)
            guard let session else { return .admitted(nil, budget) }
            guard elements.count == 5, let revision = elements[3].text, let level = elements[4].text else {
                throw SharedStateError(.corrupt, "The admission script answered no session.")
            }
            let admitted = AdmittedSession(id: session, revision: revision, logLevel: level.isEmpty ? nil : level)
            return .admitted(admitted, budget)
        case 1: return .revoked
        case 2: return .unknownSession(foreign: elements.count > 1 && elements[1].integerValue == 1)
        case 3:
            guard elements.count == 3, let wait = elements[2].integerValue else {
                throw SharedStateError(.corrupt, "The admission script answered no waiting time.")
            }
            return .limited(elements[1].integerValue == 2 ? .writes : .requests, retryAfter: .microseconds(wait))
        case 4: return nil
        default: throw Self.unknown
        }
    }
}
