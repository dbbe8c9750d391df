import Identity
import Redis

extension RedisBackend: Admission {
    /// Lets a request in or says why not.
    public func admit(_ request: AdmissionRequest) async throws -> AdmissionVerdict {
        let user = request.principal.user
        var keys = [
            self.keys.revoked(request.principal.tokenID, of: user), self.keys.notBefore(user),
            self.keys.limit(.requests, of: user), self.keys.limit(.writes, of: user),
        ]
        var arguments = [
            user.value, String(request.principal.issuedAt ?? 0), String(request.requests), String(request.writes),
        ]
        if let session = request.session {
            keys.append(self.keys.session(session))
            keys.append(self.keys.sessions(of: user))
            arguments.append(session.value)
        }
        let reply = try await self.evaluate(self.scripts.admit, keys: keys, arguments: arguments)
        return try Self.verdict(reply, session: request.session)
    }

    func evaluate(_ script: RedisScript, keys: [String], arguments: [String]) async throws -> RedisValue {
        do {
            return try await self.redis.evaluate(script, keys: keys, arguments: arguments)
        } catch {
            throw SharedStateError(.unavailable, "The shared state in Redis cannot be asked now.", cause: error)
        }
    }

    private static func verdict(_ reply: RedisValue, session: SessionID?) throws -> AdmissionVerdict {
        guard let elements = reply.elements, let status = elements.first?.integerValue else {
            throw SharedStateError(.corrupt, "The admission script answered something unknown.")
        }
        switch status {
        case 0:
            guard let session else { return .admitted(nil) }
            guard elements.count == 3, let revision = elements[1].text, let level = elements[2].text else {
                throw SharedStateError(.corrupt, "The admission script answered no session.")
            }
            return .admitted(AdmittedSession(id: session, revision: revision, logLevel: level.isEmpty ? nil : level))
        case 1: return .revoked
        case 2: return .unknownSession(foreign: elements.count > 1 && elements[1].integerValue == 1)
        case 3:
            guard elements.count == 3, let wait = elements[2].integerValue else {
                throw SharedStateError(.corrupt, "The admission script answered no waiting time.")
            }
            return .limited(elements[1].integerValue == 2 ? .writes : .requests, retryAfter: .microseconds(wait))
        default:
            throw SharedStateError(.corrupt, "The admission script answered something unknown.")
        }
    }
}
