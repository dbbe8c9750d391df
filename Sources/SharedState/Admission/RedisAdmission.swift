import Identity
import Redis

/// Admission in one script, or in a Cluster in two.
///
/// There the user's keys and the session may lie on two nodes, which are queried at the same time; a request that is
/// refused for its session has counted against the limits.
struct RedisAdmission: Admission {
    private let context: RedisContext
    private let replayer: RevocationReplayer
    private let rateLimits: RateLimits
    private let charges = ByteCharges()
    private let admit: RedisScript
    private let admitUser: RedisScript
    private let admitSession: RedisScript

    init(
        context: RedisContext,
        replayer: RevocationReplayer,
        sessionLimits: SessionLimits,
        rateLimits: RateLimits,
        hasSequences: Bool
    ) {
        self.context = context
        self.replayer = replayer
        self.rateLimits = rateLimits
        let constants: KeyValuePairs<String, Int64> = [
            "REQUESTS_LIMIT": Int64(rateLimits.requests.count),
            "REQUESTS_PERIOD": rateLimits.requests.periodMicroseconds,
            "WRITES_LIMIT": Int64(rateLimits.writes.count),
            "WRITES_PERIOD": rateLimits.writes.periodMicroseconds,
            "BYTES_LIMIT": Int64(rateLimits.bytes.count),
            "BYTES_PERIOD": rateLimits.bytes.periodMicroseconds,
            "SEQUENCES": hasSequences ? 1 : 0,
            "IDLE_TIMEOUT": sessionLimits.idleSeconds,
            "LIFETIME": sessionLimits.lifetimeSeconds,
            "RENEWAL": sessionLimits.renewalSeconds,
        ]
        self.admit = LuaSource.script(PackageResources.admit_lua, constants: constants)
        self.admitUser = LuaSource.script(PackageResources.admit_user_lua, constants: constants)
        self.admitSession = LuaSource.script(PackageResources.admit_session_lua, constants: constants)
    }

    func admit(_ request: AdmissionRequest) async throws -> AdmissionVerdict {
        var request = request
        for _ in 0..<RevocationReplayer.mostRounds {
            let generation = try await self.replayer.replayIfNeeded()
            guard let verdict = try await self.verdict(on: request) else {
                try await self.replayer.replay(for: request.principal.user)
                continue
            }
            // A query that waited for a connection may have been answered by a new server, which lacks revocations.
            guard self.replayer.hasJournal, verdict != .revoked, !self.replayer.isCurrent(generation) else {
                return verdict
            }
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
        throw RevocationReplayer.tooManyRounds
    }

    func charge(_ bytes: Int, to user: UserID) {
        guard self.rateLimits.bytes.count > 0 else { return }
        self.charges.add(bytes, to: user)
    }

    /// The verdict, or `nil` where Redis came back empty and lacks the revocations.
    private func verdict(on request: AdmissionRequest) async throws -> AdmissionVerdict? {
        let user = request.principal.user
        let bytes = self.rateLimits.bytes.count > 0 ? self.charges.take(of: user, asking: request.asksBytes) : nil
        let verdict = try await self.verdict(on: request, charging: bytes)
        switch verdict {
        case .limited(.bytes, let wait): self.charges.wait(wait, for: user)
        case .admitted, .limited: break
        // In a Cluster the user's half has charged, and what it found is not known.
        case .unknownSession where self.context.isSpread:
            if bytes ?? 0 > 0 { self.charges.wait(self.rateLimits.bytes.period, for: user) }
        case .unknownSession: self.charges.add(bytes ?? 0, to: user)
        case .revoked, nil: self.charges.add(bytes ?? 0, to: user)
        }
        return verdict
    }

    /// - Parameter bytes: charged, be it 0; `nil` asks nothing of the limit of bytes.
    private func verdict(on request: AdmissionRequest, charging bytes: Int?) async throws -> AdmissionVerdict? {
        let user = request.principal.user
        var keys = [
            self.context.epochKey(for: user), self.context.keys.revoked(request.principal.revocationID, of: user),
            self.context.keys.notBefore(user), self.context.keys.limit(.requests, of: user),
            self.context.keys.limit(.writes, of: user),
            self.context.keys.vault(of: user),
        ]
        if let session = request.session {
            if !self.context.isSpread { keys.append(self.context.keys.session(session)) }
            keys.append(self.context.keys.sessions(of: user))
        }
        var arguments = [
            user.value, String(request.principal.issuedAt ?? 0),
            String(request.counts ? request.requests : -request.requests), String(request.writes),
            request.session?.value ?? "",
        ]
        if let bytes {
            keys.append(self.context.keys.limit(.bytes, of: user))
            arguments.append(String(bytes))
        }
        if let session = request.session, self.context.isSpread {
            return try await self.verdictOfBoth(user, session, keys: keys, arguments: arguments)
        }
        let reply = try await self.context.evaluate(self.admit, keys: keys, arguments: arguments)
        return try AdmissionReply.verdict(reply, session: request.session, limits: self.rateLimits)
    }

    /// Queries the user's slot and the session's at the same time.
    private func verdictOfBoth(
        _ user: UserID,
        _ session: SessionID,
        keys: [String],
        arguments: [String]
    ) async throws -> AdmissionVerdict? {
        async let other = self.context.evaluate(
            self.admitSession,
            keys: [self.context.keys.session(session)],
            arguments: [user.value]
        )
        let reply = try await self.context.evaluate(self.admitUser, keys: keys, arguments: arguments)
        return try AdmissionReply.verdict(reply, and: try await other, session: session, limits: self.rateLimits)
    }
}

extension RedisContext {
    /// The key that says when this Redis was first filled: in a Cluster one node alone can come back empty.
    func epochKey(for user: UserID) -> String {
        self.isSpread ? self.keys.epoch(of: user) : self.keys.epoch
    }
}
