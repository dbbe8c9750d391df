import Redis

/// The replies of the admission scripts, by their first number.
enum AdmissionReply: Int64 {
    case admitted = 0
    case revoked = 1
    case unknownSession = 2
    case limited = 3
    /// Redis came back empty: revocations must be replayed first.
    case empty = 4

    /// The numbers by which `limits.lua` names the limits; that of all requests is 1.
    private static let classes: [Int64: LimitClass] = [1: .requests, 2: .writes, 3: .bytes]

    /// The verdict, or `nil` where Redis came back empty.
    static func verdict(
        _ reply: RedisValue,
        session: SessionID?,
        limits: RateLimits
    ) throws -> AdmissionVerdict? {
        guard let elements = reply.elements else { throw Self.unknown }
        switch try Self.code(elements) {
        case .admitted: return try Self.admitted(elements, session: session, limits: limits)
        case .revoked: return .revoked
        case .unknownSession:
            return .unknownSession(foreign: elements.count > 1 && elements[1].integerValue == 1)
        case .limited:
            guard elements.count == 3, let limit = elements[1].integerValue.flatMap({ Self.classes[$0] }),
                let wait = elements[2].integerValue
            else { throw SharedStateError(.corrupt, "The admission script returned no waiting time.") }
            return .limited(limit, retryAfter: .microseconds(wait))
        case .empty: return nil
        }
    }

    /// The verdict of the two scripts of a Cluster: a revoked token comes first, then the session, then the limits.
    static func verdict(
        _ reply: RedisValue,
        and sessionReply: RedisValue,
        session: SessionID,
        limits: RateLimits
    ) throws -> AdmissionVerdict? {
        guard let elements = reply.elements, let found = sessionReply.elements else { throw Self.unknown }
        let code = try Self.code(elements)
        if try Self.code(found) == .unknownSession, code == .admitted || code == .limited {
            return try Self.verdict(sessionReply, session: session, limits: limits)
        }
        guard code == .admitted else { return try Self.verdict(reply, session: session, limits: limits) }
        // bounded: lists
        let both = elements.prefix(4) + found.dropFirst() + elements.dropFirst(4)
        return try Self.verdict(.array(Array(both)), session: session, limits: limits)
    }

    private static func admitted(
        _ elements: [RedisValue],
        session: SessionID?,
        limits: RateLimits
    ) throws -> AdmissionVerdict {
        guard elements.count >= 4, let requests = elements[1].integerValue, let writes = elements[2].integerValue,
            let sequence = elements[3].integerValue
        else { throw Self.unknown }
        let end = session == nil ? 4 : 6
        let bytes = elements.count > end ? elements[end].integerValue : nil
        let budget = RequestBudget(limits, requestsAhead: requests, writesAhead: writes, bytesAhead: bytes ?? -1)
        let known = sequence < 0 ? nil : sequence
        guard let session else { return .admitted(nil, budget, sequence: known) }
        guard elements.count >= 6, let revision = elements[4].text, let level = elements[5].text else {
            throw SharedStateError(.corrupt, "The admission script returned no session.")
        }
        return .admitted(
            AdmittedSession(id: session, revision: revision, logLevel: level.isEmpty ? nil : level),
            budget,
            sequence: known
        )
    }

    private static func code(_ elements: [RedisValue]) throws -> AdmissionReply {
        guard let code = elements.first?.integerValue.flatMap({ AdmissionReply(rawValue: $0) }) else {
            throw Self.unknown
        }
        return code
    }

    private static var unknown: SharedStateError {
        SharedStateError(.corrupt, "The admission script returned an unknown reply.")
    }
}
