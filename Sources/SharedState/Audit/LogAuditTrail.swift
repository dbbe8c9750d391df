public import Logging

/// Writes audit events as log lines: a fixed sentence, and the record as metadata.
public struct LogAuditTrail: AuditTrail {
    private let worker: String
    private let logger: Logger

    /// Writes to a logger.
    ///
    /// - Parameter worker: the name of this worker, in every record.
    public init(worker: String, logger: Logger) {
        self.worker = worker
        self.logger = logger
    }

    /// Writes the event as one log line.
    public func record(_ event: AuditEvent) {
        var metadata: Logger.Metadata = ["event": "\(event.name.rawValue)", "worker": "\(self.worker)"]
        metadata["user_id"] = event.user.map { "\($0)" }
        metadata["token_id"] = event.tokenID.map { "\($0)" }
        metadata["session"] = event.session.map { "\($0)" }
        metadata["address"] = event.address.map { "\($0)" }
        metadata["request_id"] = event.requestID.map { "\($0)" }
        metadata["trace_id"] = event.traceID.map { "\($0)" }
        for (name, value) in event.details { metadata[name] = "\(value)" }
        let (level, sentence) = Self.wording(of: event.name)
        self.logger.log(level: level, "\(sentence)", metadata: metadata)
    }

    private static func wording(of name: AuditEvent.Name) -> (Logger.Level, String) {
        switch name {
        case .userAuthenticated: return (.info, "User authenticated")
        case .authenticationFailed: return (.warning, "Authentication failed")
        case .sessionCreated: return (.info, "Session created")
        case .sessionEnded: return (.info, "Session ended")
        case .sessionHijackAttempt: return (.warning, "Session of another user named")
        case .pathRejected: return (.warning, "Path rejected")
        case .forbidden: return (.warning, "Unauthorized access attempt")
        case .rateLimited: return (.warning, "Rate limit reached")
        case .noteWritten: return (.info, "Note written")
        case .noteDeleted: return (.info, "Note deleted")
        case .tokenIssued: return (.info, "Token issued")
        case .tokenRefreshed: return (.info, "Token refreshed")
        case .login: return (.info, "Signed in")
        case .grant: return (.info, "Access granted to a client")
        case .grantRevoked: return (.info, "Access of a client ended")
        case .refreshTokenReused: return (.warning, "Refresh token shown again")
        case .userDeleted: return (.warning, "User deleted")
        case .logout: return (.info, "Logged out")
        case .tokenRevoked: return (.info, "Token revoked")
        default: return (.info, "Audit event")
        }
    }
}
